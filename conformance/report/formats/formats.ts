/** The formats in which results are printed and written; each renderer is loaded when it is asked for. */

import type { Results } from "../../results/results.js";
import { plain } from "../../shell/terminal.js";

/** All but `text` are the same whoever looks. */
export const FORMATS = ["text", "json", "junit", "sarif", "github", "markdown", "html"] as const;

export type Format = (typeof FORMATS)[number];

/** The whole output, with its last line feed. */
export async function renderResults(results: Results, format: Format): Promise<string> {
  switch (format) {
    case "text":
      return results.text(plain);
    case "json":
      return results.json();
    case "junit":
      return (await import("./junit.js")).renderJunit(results);
    case "sarif":
      return (await import("./sarif.js")).renderSarif(results);
    case "github":
      return (await import("./github.js")).renderGithub(results);
    case "markdown":
      return (await import("./markdown.js")).renderMarkdown(results);
    case "html":
      return (await import("./html.js")).renderHtml(results);
  }
}
