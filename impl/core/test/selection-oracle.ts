/**
 * The selection rules and the decision table as spec/README.md states them, all at once from the whole state and set
 * by set: deliberately dumb, and no line shared with the clients that it judges.
 */
import { ANY, type DecisionState, decided, maybe, NONE } from "../../../spec/decision-state.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import type { Value } from "../../../spec/register.js";
import { membersOf, type ServerSet } from "../../../spec/server-set.js";
import { isShared, phase1Quorums, phase2Quorums } from "../../../spec/table-families.js";

/** What a client of this register set has read: for every heard server, its registers below, null for nil. */
export interface Reads {
  readonly table: QuorumTable;
  readonly registerSet: number;
  readonly heard: ReadonlyMap<number, readonly (Value | null)[]>;
}

const below = (registerSet: number): number[] => Array.from({ length: registerSet }, (_, k) => k);

/** The values in one register set at the heard ones of these servers. */
const valuesAt = ({ heard }: Reads, k: number, servers: readonly number[]): Set<Value> =>
  new Set(servers.flatMap((server) => heard.get(server)?.[k] ?? []));

/** All values read anywhere. */
const valuesRead = (reads: Reads): Set<Value> =>
  new Set(below(reads.registerSet).flatMap((k) => [...valuesAt(reads, k, [...reads.heard.keys()])]));

const isHeardQuorum = ({ table, registerSet, heard }: Reads): boolean =>
  phase1Quorums(table, registerSet).some((quorum) => membersOf(quorum).every((server) => heard.has(server)));

/** Some quorum of b has v on every one of its servers that was heard. */
const choosable = ({ table, heard }: Reads, b: number, v: Value): boolean =>
  phase2Quorums(table, b).some((quorum) =>
    membersOf(quorum)
      .filter((server) => heard.has(server))
      .every((server) => heard.get(server)![b] === v),
  );

/** What is known about one phase-2 quorum of k. */
export function entryOf(reads: Reads, k: number, quorum: ServerSet): DecisionState {
  const { table, registerSet, heard } = reads;
  const members = membersOf(quorum);
  const everywhere = [...heard.keys()];
  if (members.some((server) => heard.has(server) && heard.get(server)![k] === null)) return NONE;
  const bearing = valuesAt(reads, k, isShared(table, k) ? members : everywhere);
  for (let j = k + 1; j < registerSet; j++) for (const value of valuesAt(reads, j, everywhere)) bearing.add(value);
  if (bearing.size > 1) return NONE;
  const [value] = bearing;
  if (value === undefined) return ANY;
  return members.every((server) => heard.get(server)?.[k] === value) ? decided(value) : maybe(value);
}

const permitted = (reads: Reads, v: Value): boolean =>
  below(reads.registerSet).every((k) =>
    phase2Quorums(reads.table, k).every((quorum) => {
      const entry = entryOf(reads, k, quorum);
      return entry.state === "none" || ("value" in entry && entry.value === v);
    }),
  );

/** The values that a client with this input may propose now; none where it has to wait. */
export function allowedValues(reads: Reads, input: Value): Set<Value> {
  const { table, registerSet, heard } = reads;
  if (table.selection === "decision-table") {
    return new Set([input, ...valuesRead(reads)].filter((v) => permitted(reads, v)));
  }
  if (!isHeardQuorum(reads)) return new Set();
  const everywhere = [...heard.keys()];
  const b = below(registerSet).findLast((k) => valuesAt(reads, k, everywhere).size > 0);
  if (b === undefined) return new Set([input]);
  const W = valuesAt(reads, b, everywhere);
  switch (table.selection) {
    case "greatest":
      return W;
    case "eager": {
      const candidates = W.size === 1 ? [...W] : [...W].filter((v) => choosable(reads, b, v));
      return new Set(candidates.length > 0 ? candidates : [input]);
    }
    case "strict": {
      // "~unread" stands for every value that is neither read nor an input.
      const universe = [...W, input, "~unread"];
      const candidates = W.size > 1 ? [...W, input] : [...W];
      return new Set(candidates.filter((v) => universe.every((u) => u === v || !choosable(reads, b, u))));
    }
  }
}
