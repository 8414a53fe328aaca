/** In a page there are no files: tables come as text. */
import type * as node from "./read-text.js";

export const readText: typeof node.readText = (file) => {
  throw new Error(`a page cannot read ${file}`);
};
