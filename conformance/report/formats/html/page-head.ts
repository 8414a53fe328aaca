/** What every page of Quorate's begins with: it is one file, and forbids itself to ask the network for anything. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { packageDirectory } from "../../../shell/package-directory.js";
import { html, Markup } from "./markup.js";

/** The text of a file that ships as it is, to be written into a page. */
export const shipped = (file: string): string => readFileSync(path.join(packageDirectory(), file), "utf8");

export interface Page {
  readonly title: string;
  /** Files, in order. */
  readonly styles: readonly string[];
  /** Whether its scripts generate code, as the explorer does everywhere. */
  readonly evaluates: boolean;
  /** Where whoever goes by keyboard gets on to what the page is for, and what it is called. */
  readonly skipTo: { readonly id: string; readonly what: string };
  readonly body: Markup;
}

export function pageMarkup({ title, styles, evaluates, skipTo, body }: Page): Markup {
  const scripts = evaluates ? "'unsafe-inline' 'unsafe-eval'" : "'unsafe-inline'";
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src ${scripts}; img-src data:`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>
${styles.map((file) => new Markup(shipped(file)))}</style>
</head>
<body>
<a class="skip" href="#${skipTo.id}">Skip to the ${skipTo.what}</a>
${body}
</body>
</html>
`;
}
