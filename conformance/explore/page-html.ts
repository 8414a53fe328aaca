/** The page as one file: style, script and what it begins with are written into it, and it asks for nothing. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { packageDirectory, packageVersion } from "../cli/package-directory.js";
import { html, jsonMarkup, Markup } from "../report/formats/html/markup.js";
import type { PageData } from "./subject.js";

const shipped = (file: string): string => readFileSync(path.join(packageDirectory(), file), "utf8");

/** The explorer generates code, as it does everywhere: hence 'unsafe-eval'. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'unsafe-eval'; img-src data:";

export function pageHtml(data: Omit<PageData, "version">): string {
  const { subject, isPlayground } = data;
  const name = subject.kind === "table" ? subject.file.replace(/^.*\//, "") : subject.system;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${isPlayground ? "Quorate playground" : `${name} – Quorate`}</title>
<link rel="icon" href="data:,">
<style>
${new Markup(shipped("conformance/report/formats/html/page.css"))}
${new Markup(shipped("conformance/explore/page/page.css"))}</style>
</head>
<body>
<a class="skip" href="#app">Skip to the content</a>
<header class="page"><p class="command">Quorate ${isPlayground ? "playground" : "explorer"}</p><h1 class="spoken">${isPlayground ? "Quorate playground" : name}</h1></header>
<main id="app" tabindex="-1"><noscript><p>This page explores by itself, and needs scripts for it.</p></noscript></main>
<script type="application/json" id="data">${jsonMarkup({ ...data, version: packageVersion() })}</script>
<script type="module">
${new Markup(shipped("bundle/explorer/explorer.js").replaceAll("</script", String.raw`<\/script`))}</script>
</body>
</html>
`.text;
}
