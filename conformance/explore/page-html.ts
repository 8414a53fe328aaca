/** The page as one file: style, script and what it begins with are written into it. */

import { html, jsonMarkup, Markup } from "../report/formats/html/markup.js";
import { pageMarkup, shipped } from "../report/formats/html/page-head.js";
import { packageVersion } from "../shell/package-directory.js";
import type { PageData } from "./subject.js";

export function pageHtml(data: Omit<PageData, "version">): string {
  const { subject, isPlayground } = data;
  const name = subject.kind === "table" ? subject.file.replace(/^.*\//, "") : subject.system;
  return pageMarkup({
    title: isPlayground ? "Quorate playground" : `${name} – Quorate`,
    styles: ["conformance/report/formats/html/page.css", "conformance/explore/page/page.css"],
    evaluates: true,
    skipTo: { id: "app", what: "content" },
    body: html`<header class="page"><p class="command">Quorate ${isPlayground ? "playground" : "explorer"}</p><h1 class="spoken">${isPlayground ? "Quorate playground" : name}</h1></header>
<main id="app" tabindex="-1"><noscript><p>This page explores by itself, and needs scripts for it.</p></noscript></main>
<script type="application/json" id="data">${jsonMarkup({ ...data, version: packageVersion() })}</script>
<script type="module">
${new Markup(shipped("bundle/explorer/explorer.js").replaceAll("</script", String.raw`<\/script`))}</script>`,
  }).text;
}
