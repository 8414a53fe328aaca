/** The judged rules, with the quorums that fail to meet drawn on the servers. */
import type { QuorumTable } from "../../../../spec/quorum-table.js";
import type { RuleJudgement, WitnessQuorum } from "../../../../spec/rules/judgement.js";
import { hasServer } from "../../../../spec/server-set.js";
import { formatPosition } from "../../../../spec/source-position.js";
import { WHAT_THEY_DO, whatFails, whatHolds } from "../../rule-words.js";
import { sharedWord } from "../../words.js";
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

const quorumRow = (
  { phase, registerSet, quorum, at }: WitnessQuorum,
  index: number,
  { servers }: QuorumTable,
): Markup =>
  html`<tr><th scope="row">${WHAT_THEY_DO[phase].trim()} R${registerSet}<small class="place">${formatPosition(at)}</small></th>${servers.map(
    (server, each) =>
      hasServer(quorum, each)
        ? html`<td><span class="member q${index}" title="${server} is in it">●</span></td>`
        : html`<td><span class="other" title="${server} is not in it">·</span></td>`,
  )}</tr>`;
