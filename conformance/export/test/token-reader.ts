/** What readers of modules share, whatever their tokens are. */
export abstract class TokenReader {
  /** The next token; null where there is none that goes on. */
  protected abstract peek(): string | null | undefined;
  protected abstract take(): string;
  /** Takes the next token. Throws Error where it is another. */
  protected abstract expect(text: string): void;

  /** What stands between brackets, with a comma after the last, or without. */
  protected listed<Item>(open: string, close: string, item: () => Item): Item[] {
    this.expect(open);
    const items: Item[] = [];
    while (this.peek() !== close) {
      items.push(item());
      if (this.peek() === ",") this.take();
    }
    this.expect(close);
    return items;
  }
}
