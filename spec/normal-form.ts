/**
 * What a quorum table means, as text: tables of one normal form are interchangeable for those who take part in a consensus.
 *
 * It has the servers in their order, the selection, the clients' names, which say whose a register set is, and of every run of
 * register sets the allocation and both quorum families. Not in it: names of the table and of groups, comments, how a quorum
 * is spelled, whether phase 1 is written or derived, and how ranges are cut where nothing changes.
 */
import type { Family } from "./families/family.js";
import { type Node, TRUE } from "./families/node.js";
import { type Allocation, phase1Family, phase2Family, type QuorumTable } from "./quorum-table.js";

/** Register sets with the same quorums and the same owners. */
interface Run {
  readonly first: number;
  readonly means: { readonly allocation: Allocation; readonly decide: string; readonly prepare: string };
}

/**
 * One line of JSON. Throws TooComplex. Where the diagrams of a table are large, their order of servers follows the spelling
 * (family.ts), and two spellings of one meaning may have two normal forms; two meanings never have one.
 */
export function normalForm(table: QuorumTable): string {
  const { servers, selection, clients, ranges } = table;
  const runs: Run[] = [];
  for (const { first, last, allocation } of ranges) {
    const decide = familyText(phase2Family(table, first));
    // What is derived for the second set of a range must meet the quorums of the first one too.
    for (const registerSet of last === first ? [first] : [first, first + 1]) {
      const prepare = familyText(phase1Family(table, registerSet));
      const means = { allocation, decide, prepare };
      if (JSON.stringify(runs.at(-1)?.means) !== JSON.stringify(means)) runs.push({ first: registerSet, means });
    }
  }
  const last = ranges.at(-1)!.last;
  return JSON.stringify({ servers, selection, clients, runs, last: last === Number.POSITIVE_INFINITY ? "open" : last });
}

/** The family's diagram, node by node from its root: a diagram is the same for all formulas that mean the same. */
function familyText({ node: root, space }: Family): string {
  const { diagrams } = space;
  const numbers = new Map<Node, number>();
  const lines: string[] = [];
  const visit = (node: Node): number => {
    if (node <= TRUE) return node;
    const known = numbers.get(node);
    if (known !== undefined) return known;
    const low = visit(diagrams.low(node));
    const high = visit(diagrams.high(node));
    const number = TRUE + 1 + numbers.size;
    numbers.set(node, number);
    lines.push(`${diagrams.order[diagrams.level(node)]}?${high}:${low}`);
    return number;
  };
  visit(root);
  return `${lines.join(" ")} of ${diagrams.order.join(",")}`;
}
