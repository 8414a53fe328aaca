/** The judged rules, with the quorums that fail to meet drawn on the servers. */
import type { QuorumTable } from "../../../../spec/quorum-table.js";
import type { RuleJudgement, WitnessQuorum } from "../../../../spec/rules/judgement.js";
import { hasServer } from "../../../../spec/server-set.js";
import { formatPosition, type SourcePosition } from "../../../../spec/source-position.js";
import { sharedWord } from "../../../words/words.js";
import { WHAT_THEY_DO, whatFails, whatHolds } from "../../pieces/rule-words.js";
import { html, type Markup } from "./markup.js";

export const rulesSection = (rules: readonly RuleJudgement[], table: QuorumTable): Markup =>
  html`<section><h3>Rules</h3><ul class="rules">${rules.map((judgement) => ruleItem(judgement, table))}</ul></section>
`;

function ruleItem({ rule, holds, neededFor, witness }: RuleJudgement, table: QuorumTable): Markup {
  const shared = sharedWord(table);
  if (holds) return html`<li class="holds"><b>✓ ${rule}</b> ${whatHolds(rule, shared)}</li>`;
  const need = neededFor === "progress" ? " (progress needs it, agreement does not)" : "";
  return html`<li class="${neededFor === "safety" ? "broken" : "stalls"}"><b>${neededFor === "safety" ? "✗" : "~"} ${rule}</b> ${whatFails(rule, shared)}${need}:
<div class="scroll"><table class="witness${table.servers.length > 8 ? " wide" : ""}"><thead><tr><td></td>${table.servers.map((server) => html`<th scope="col">${server}</th>`)}</tr></thead>
<tbody>${witness!.quorums.map((quorum, index) => quorumRow(quorum, index, table))}</tbody></table></div></li>`;
}

/** Broken between folders and before the line, if it must be; not within numbers. */
function placeMarkup(at: SourcePosition): Markup {
  const [file, place = ""] = formatPosition(at).split(/(?=:\d+:\d+$)/);
  return html`${file!.split(/(?<=\/)/).map((part) => html`${part}<wbr>`)}<span class="whole">${place}</span>`;
}

const quorumRow = (
  { phase, registerSet, quorum, at }: WitnessQuorum,
  index: number,
  { servers }: QuorumTable,
): Markup =>
  html`<tr><th scope="row">${WHAT_THEY_DO[phase].trim()} R${registerSet}<small class="place">${placeMarkup(at)}</small></th>${servers.map(
    (server, each) =>
      hasServer(quorum, each)
        ? html`<td><span class="member q${index}" title="${server} is in it">●</span></td>`
        : html`<td><span class="other" title="${server} is not in it">·</span></td>`,
  )}</tr>`;
