/** Contents of a packed state's cells, and back. */
import type { Model } from "../../kernel/index.js";

type Unpack = (words: Int32Array, offset: number, contents: Int32Array) => void;
type Pack = (contents: Int32Array, words: Int32Array, offset: number) => void;

/** Straight-line code, as the kernel has it (workspace.ts): a loop that looks shifts up is about three times slower. */
export class Packing {
  /** Reads the state at `words[offset]`. */
  readonly unpack: Unpack;
  /** Writes it there. */
  readonly pack: Pack;

  constructor({ workspace: { layout } }: Model) {
    this.unpack = unpackingOf(layout);
    this.pack = packingOf(layout);
  }
}

type Layout = Model["workspace"]["layout"];

/** `contents[1] = (words[offset + 0] >>> 3) & 7;` for each cell. */
function unpackingOf({ wordOf, shiftOf, bitsOf }: Layout): Unpack {
  const lines = wordOf.map((word, cell) => {
    const content = `words[offset + ${word}] >>> ${shiftOf[cell]}`;
    return `contents[${cell}] = ${bitsOf[cell] === 32 ? content : `(${content}) & ${2 ** bitsOf[cell]! - 1}`};`;
  });
  return new Function("words", "offset", "contents", lines.join("\n")) as Unpack;
}

/** `words[offset + 0] = contents[0] << 0 | contents[1] << 3;` for each word. */
function packingOf({ wordCount, wordOf, shiftOf }: Layout): Pack {
  const lines = Array.from({ length: wordCount }, (_, word) => {
    const cells = wordOf.flatMap((own, cell) => (own === word ? [`contents[${cell}] << ${shiftOf[cell]}`] : []));
    return `words[offset + ${word}] = ${["0", ...cells].join(" | ")};`;
  });
  return new Function("contents", "words", "offset", lines.join("\n")) as Pack;
}
