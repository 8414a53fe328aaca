/** Random quorum tables: phase 1 written or derived, the last range open or not. */
import fc from "fast-check";
import type { QuorumTable, Vote } from "../quorum-table.js";
import { allServers, type ServerSet } from "../server-set.js";
import { FOREVER, tableOf } from "./tables.js";

interface Bounds {
  readonly min: number;
  readonly max: number;
}

interface Shape {
  readonly servers?: Bounds;
  readonly ranges?: Bounds;
  /** Exclusive register sets only, or open ones too, or elected ones as well. */
  readonly allocation?: "exclusive" | "any" | "elected";
  /** Whether ranges may wait for a decision in the one before; three of four do. */
  readonly gates?: boolean;
}

export const arbitraryTable = ({
  servers = { min: 1, max: 4 },
  ranges = { min: 1, max: 3 },
  allocation = "exclusive",
  gates = false,
}: Shape = {}): fc.Arbitrary<QuorumTable> =>
  fc
    .integer(servers)
    .chain((serverCount) => {
      const range = fc.record({
        length: fc.integer({ min: 1, max: 3 }),
        decide: arbitraryFamily(serverCount),
        prepare: fc.option(arbitraryFamily(serverCount), { nil: undefined }),
        open: allocation === "exclusive" ? fc.constant(false) : fc.boolean(),
        gated: gates ? fc.nat(3).map((draw) => draw > 0) : fc.constant(false),
        ...(allocation === "elected" && { elected: arbitraryElection(serverCount) }),
      });
      return fc.record({
        serverCount: fc.constant(serverCount),
        shapes: fc.array(range, { minLength: ranges.min, maxLength: ranges.max }),
        isEndless: fc.boolean(),
      });
    })
    .map(({ serverCount, shapes, isEndless }) => {
      let next = 0;
      const laidOut = shapes.map(({ length, decide, prepare, open, elected, gated }, index) => {
        const first = next;
        next += length;
        const last = isEndless && index === shapes.length - 1 ? FOREVER : next - 1;
        const sets = [first, last] as const;
        const waits = { gated: gated && index > 0 };
        return { sets, decide, open, ...(prepare && { prepare }), ...(elected && { elected }), ...waits };
      });
      return tableOf(serverCount, laidOut);
    });

/** Three ranges of four are elected. */
const arbitraryElection = (servers: number) =>
  fc.option(
    fc.record(
      { vote: fc.constantFrom<Vote>("promise", "apart"), elect: arbitraryFamily(servers) },
      { requiredKeys: ["vote"] },
    ),
    { nil: undefined, freq: 3 },
  );

/** One to three quorums, none of them empty; not minimal yet. */
const arbitraryFamily = (servers: number): fc.Arbitrary<ServerSet[]> =>
  fc.array(fc.integer({ min: 1, max: allServers(servers) }), { minLength: 1, maxLength: 3 });
