import type { Paint } from "../../shell/terminal.js";
import { lineLengthOf, wrap } from "./wrap.js";

/** A heading, and below it sentences that hang where they do not fit on a line. */
export const sectionOf = (heading: string, sentences: readonly string[], paint: Paint): string =>
  `\n${paint("bold", heading)}\n${sentences.map((line) => `${wrap(line, "    ", lineLengthOf(paint)).replace("    ", "  ")}\n`).join("")}`;
