/**
 * Where the time is over amid what is asked in one state, an adapter is asked nothing more than the question under way.
 */
import { describe, expect, it } from "vitest";
import { acceptors } from "./acceptors.js";
import type { Lines } from "./local-adapter.js";
import { NO_HANDLER, proposers } from "./proposers.js";
import { type Trial, verifiedWith } from "./verified.js";

/** Its lines, which end the work when the one of this number comes. */
function ending(lines: Lines, at: number, work: AbortController) {
  const heard = { lines: 0 };
  const counting: Lines = (batch, handler) => {
    if (++heard.lines === at) work.abort();
    return lines(batch, handler);
  };
  return { heard, lines: counting };
}

const oneLine: Lines = (batch, handler) =>
  batch.map(({ src, dest, body }) =>
    JSON.stringify({ src: dest, dest: src, body: { ...handler(dest, body), in_reply_to: body.msg_id } }),
  );

describe.each<[string, Parameters<typeof verifiedWith>[0], Lines, Trial]>([
  ["an acceptor", acceptors({ can: ["reset", "crash", "observe"] }), oneLine, { table: "majority" }],
  ["a proposer", NO_HANDLER, proposers({}), { table: "majorities" }],
])("%s", (_, handler, own, trial) => {
  it.each([10, 25, 60, 150])("is left alone when the work ends at line %d", async (at) => {
    const work = new AbortController();
    const { heard, lines } = ending(own, at, work);
    const { verdict, replay } = await verifiedWith(handler, { ...trial, lines, signal: work.signal });
    expect([verdict, replay!.stoppedBy, replay!.agrees]).toEqual(["safe", "interrupted", true]);
    // A question is a line to each of a few nodes, after what brings it to where it is asked.
    expect(heard.lines - at).toBeLessThan(4);
  });
});
