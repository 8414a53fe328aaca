/**
 * What a run that decides two values takes: who is asked before each proposal, and who then takes its value.
 *
 * All that is left open is the freezes, and how many a server needs depends on itself alone (`freezesOf`): so the length of the
 * run is a sum, and the run itself follows from the plan (construct.ts).
 */
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

/** One register set that the run proposes in. */
export interface Stage {
  /** Its place among the explored register sets. */
  readonly row: number;
  /** Whom its clients hear before they propose: all of them are prepared by then. */
  readonly heard: ServerSet;
  /** One value, or two in an open set. No server is in both. */
  readonly writings: readonly Writing[];
}

export interface Plan {
  /** The rule whose breach lets the other value in. */
  readonly rule: RuleName;
  /** Rows ascending. The first stage decides A, the last one B; one between them relays B. */
  readonly stages: readonly Stage[];
}

/** Steps of the run: its proposals, writes and freezes, where freezes take whole rows and writes freeze nothing. */
export function planLength({ stages }: Pick<Plan, "stages">): number {
  let length = 0;
  let servers = NO_SERVERS;
  for (const { heard, writings } of stages) {
    servers |= heard;
    for (const writing of writings) length += 1 + sizeOf(writing.servers);
  }
  for (let server = 0; servers >>> server !== 0; server++) {
    if (hasServer(servers, server)) length += freezesOf(stages, server);
  }
  return length;
}

/**
 * Freezes of one server. `filled`: all of its rows below this one are nil or written. A freeze that has to be is taken
 * as far up as the server's next write permits, and so serves what is asked of it later.
 */
function freezesOf(stages: readonly Stage[], server: number): number {
  let freezes = 0;
  let filled = 0;
  for (const [index, stage] of stages.entries()) {
    if (hasServer(stage.heard, server) && filled < stage.row) {
      freezes++;
      filled = freezeTarget(stages, index, server);
    }
    if (writesAt(stage, server) && filled === stage.row) filled++;
  }
  return freezes;
}

/** The row that the server, asked in this stage, is frozen below: that of its next write, or the last it is asked for. */
export function freezeTarget(stages: readonly Stage[], from: number, server: number): number {
  let target = stages[from]!.row;
  for (const stage of stages.slice(from)) {
    if (hasServer(stage.heard, server)) target = stage.row;
    if (writesAt(stage, server)) return stage.row;
  }
  return target;
}

const writesAt = ({ writings }: Stage, server: number): boolean =>
  writings.some(({ servers }) => hasServer(servers, server));
