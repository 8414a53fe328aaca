import { ConnectionError } from "../../../impl/network/connection.js";

/** Who waits for the next frame. */
interface Waiting<Frame> {
  readonly resolve: (frame: Frame) => void;
  readonly reject: (error: Error) => void;
}

/** Frames in the order of their arrival, for one who waits for them one by one. */
export class FrameQueue<Frame> {
  readonly #arrived: Frame[] = [];
  readonly #waiting: Waiting<Frame>[] = [];
  #failure: ConnectionError | null = null;

  /** Frames that were not asked for yet. */
  get length(): number {
    return this.#arrived.length;
  }

  add(frame: Frame): void {
    const first = this.#waiting.shift();
    if (first === undefined) this.#arrived.push(frame);
    else first.resolve(frame);
  }

  /**
   * The next frame. Rejects with ConnectionError when none comes within the time, or when it is clear that none will.
   */
  async next(timeout_ms: number): Promise<Frame> {
    const arrived = this.#arrived.shift();
    if (arrived !== undefined) return arrived;
    if (this.#failure !== null) throw this.#failure;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Frame>((resolve, reject) => {
        const waiting = { resolve, reject };
        this.#waiting.push(waiting);
        timer = setTimeout(() => {
          this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
          reject(new ConnectionError(`nothing was sent within ${timeout_ms} ms`));
        }, timeout_ms);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  /** Those who wait now wait in vain; frames may come again, on another connection. */
  interrupt(why: string): void {
    for (const { reject } of this.#waiting.splice(0)) reject(new ConnectionError(why));
  }

  /** No frame will come any more; what has arrived can still be had. */
  fail(why: string): void {
    this.#failure ??= new ConnectionError(why);
    this.interrupt(why);
  }
}
