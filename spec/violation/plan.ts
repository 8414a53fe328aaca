/**
 * What a run that decides two values takes: who is asked before each proposal, and who then takes its value.
 *
 * All that is left open is the freezes, and how many a server needs depends on itself alone (`freezesOf`): so the
 * length of the run is a sum, and the run itself follows from the plan (construct.ts).
 */
import type { Vote } from "../quorum-table.js";
import type { Value } from "../register.js";
import type { RuleName } from "../rules/judgement.js";
import { hasServer, NO_SERVERS, type ServerSet, sizeOf } from "../server-set.js";

/** A value is proposed, and written at these servers. */
export interface Writing {
  readonly value: Value;
  readonly servers: ServerSet;
}

export const ofA = (servers: ServerSet): Writing => ({ value: "A", servers });
export const ofB = (servers: ServerSet): Writing => ({ value: "B", servers });

/** Who votes in an elected register set. */
export interface Election {
  readonly vote: Vote;
  /** By writing: whose votes its client gets. No server votes twice. */
  readonly voters: readonly ServerSet[];
  /**
   * The greatest row, this one included, below which a server can be frozen without a vote here; -1 where there is
   * none.
   */
  readonly freezeRow: number;
}

/** One register set that the run proposes in. */
export interface Stage {
  /** Its place among the explored register sets. */
  readonly row: number;
  /**
   * Whom its clients hear before they propose: all of them are prepared by then. Where votes are promises, all of them
   * vote.
   */
  readonly heard: ServerSet;
  /** Null where there is no election. */
  readonly election: Election | null;
  /** One value, or two in a set that is open or contested. No server is in both. */
  readonly writings: readonly Writing[];
}

export interface Plan {
  /** The rule whose breach lets the other value in. */
  readonly rule: RuleName;
  /** Rows ascending. The first stage decides A, the last one B; one between them relays B. */
  readonly stages: readonly Stage[];
}

/**
 * Steps of the run: its votes, proposals, writes and freezes, where freezes take whole rows and writes freeze nothing.
 */
export function planLength({ stages }: Pick<Plan, "stages">): number {
  let length = 0;
  let servers = NO_SERVERS;
  for (const { heard, election, writings } of stages) {
    servers |= heard;
    for (const writing of writings) length += 1 + sizeOf(writing.servers);
    for (const voters of election?.voters ?? []) length += sizeOf(voters);
  }
  for (let server = 0; servers >>> server !== 0; server++) {
    if (hasServer(servers, server)) length += freezesOf(stages, server);
  }
  return length;
}

/**
 * Freezes of one server, but for those that its votes are. `filled`: all of its rows below this one are nil or written.
 * A freeze that has to be is taken as far up as the server's next write permits, and so serves what is asked of it
 * later.
 */
function freezesOf(stages: readonly Stage[], server: number): number {
  let freezes = 0;
  let filled = 0;
  for (const [index, stage] of stages.entries()) {
    if (hasServer(stage.heard, server) && filled < stage.row) {
      const vote = votePreparing(stages, index, server);
      if (vote === null) freezes++;
      filled = vote === null ? freezeTarget(stages, index, server) : stages[vote]!.row;
    }
    if (writesAt(stage, server) && filled === stage.row) filled++;
  }
  return freezes;
}

/**
 * The row that the server, asked in this stage, is frozen below: that of its next write, or the last it is asked for.
 * Where votes are promises, it is frozen not for the row of a write, but for one below it, perhaps.
 */
export function freezeTarget(stages: readonly Stage[], from: number, server: number): number {
  let target = stages[from]!.row;
  for (const stage of stages.slice(from)) {
    if (hasServer(stage.heard, server)) target = stage.row;
    if (writesAt(stage, server)) return Math.max(target, stage.election?.freezeRow ?? stage.row);
  }
  return target;
}

/**
 * The stage whose vote, if it is cast now, prepares the server for all that it is asked for until its next write: so it
 * need not be frozen besides. Null where there is none.
 */
export function votePreparing(stages: readonly Stage[], from: number, server: number): number | null {
  let last: number | null = null;
  for (let index = from; index < stages.length; index++) {
    const stage = stages[index]!;
    if (hasServer(stage.heard, server)) last = index;
    if (writesAt(stage, server)) break;
  }
  return last !== null && stages[last]!.election?.vote === "promise" ? last : null;
}

const writesAt = ({ writings }: Stage, server: number): boolean =>
  writings.some(({ servers }) => hasServer(servers, server));
