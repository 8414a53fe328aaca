/**
 * The examples are right, and each is broken by a fault that people have shipped, in a run that is known. That the
 * search finds these runs by itself takes a minute or two; docs/maelstrom.md has the commands. Needs a C compiler and
 * Python.
 */
import { readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import type { Plan } from "../plan.js";
import { shorten } from "../shorten.js";
import { isSkipped, NodesUnderTest, played, retaken, TELLS_ONCE } from "./nodes.js";

const nodes = new NodesUnderTest();
afterAll(() => nodes.remove());

const RAFT = readFileSync("examples/maelstrom/raft.py", "utf8");
const CONSENSUS = readFileSync("examples/maelstrom/consensus.py", "utf8");

/** The example with other lines in the place of these; throws if they are not there. */
function changed(text: string, lines: string, others: string): string {
  if (text.split(lines).length !== 2) throw new Error(`the example does not have once: ${lines}`);
  return text.replace(lines, others);
}

/** Truncates without a conflict: a message that comes late takes away what came after it. */
const TRUNCATES = changed(
  RAFT,
  `            if index < len(self.log) and self.log[index]["term"] != entry["term"]:
                del self.log[index:]
            if index == len(self.log):
                self.log.append(entry)
`,
  `            if index == prev + 1:
                del self.log[index:]
            self.log.append(entry)
`,
);
/** Votes for whoever asks first, whatever is missing in his log. */
const UNRESTRICTED = changed(RAFT, `(body["last_term"], body["last_index"]) >= (self.log[last]["term"], last)`, "True");
/** Chooses the value in the least register. */
const LEAST = changed(CONSENSUS, `, greatest)\n`, `, greatest) if greatest == NIL else greatest\n`);

const LATE_ENTRIES: Plan = {
  deviations: [
    { kind: "cut", nodes: ["n2"], from: 0, to: 1 },
    { kind: "late", src: "n1", dest: "n0", from: 0, to: 2 },
    { kind: "cut", nodes: ["n1"], from: 2, to: 2 },
  ],
};
const FORGETFUL_MAJORITY: Plan = {
  deviations: [
    { kind: "cut", nodes: ["n0"], from: 1, to: 1 },
    { kind: "cut", nodes: ["n1"], from: 2, to: 2 },
    { kind: "hurry", node: "n0", from: 2 },
  ],
};

const violationOf = async (name: string, text: string, plan: Plan, workload = "lin-kv") =>
  (await played(plan, nodes.options(nodes.program(name, text), workload))).violation;

describe.skipIf(isSkipped)("Raft", () => {
  const LOST = {
    property: "linearizability",
    sentence: "Key 0 is not linearizable: no order explains these requests: c1 wrote 1; c1 wrote 2; c1 read 1.",
  };

  it("keeps what it has acknowledged", async () => {
    for (const plan of [{ deviations: [] }, LATE_ENTRIES, FORGETFUL_MAJORITY]) {
      expect(await violationOf("raft.py", RAFT, plan)).toBeNull();
    }
  });

  it("loses it if it truncates without a conflict", async () => {
    expect(await violationOf("truncates.py", TRUNCATES, { deviations: [] })).toBeNull();
    expect(await violationOf("truncates.py", TRUNCATES, LATE_ENTRIES)).toEqual(LOST);
  });

  it("loses it if everybody can be elected", async () => {
    expect(await violationOf("unrestricted.py", UNRESTRICTED, { deviations: [] })).toBeNull();
    expect(await violationOf("unrestricted.py", UNRESTRICTED, FORGETFUL_MAJORITY)).toEqual(LOST);
  });

  it("does the same when its steps are taken again, and needs few of them", async () => {
    const options = nodes.options(nodes.program("again.py", UNRESTRICTED), "lin-kv");
    const { steps, violation, exchanges } = await played(FORGETFUL_MAJORITY, options);
    const again = await retaken(steps, options);
    expect(again.steps).toEqual(steps);
    expect(again.exchanges).toEqual(exchanges);
    expect(again.violation).toEqual(violation);
    const shorter = await shorten({
      ...{ steps, property: "linearizability", retake: (kept) => retaken(kept, options) },
      ...{ triesMax: 25, signal: new AbortController().signal, onProgress: () => {} },
    });
    expect(shorter!.steps.length).toBeLessThan(steps.length / 1.3);
    expect(shorter!.violation!.property).toBe("linearizability");
  });

  it("works by the clock of the machine as well", async () => {
    const options = nodes.options(nodes.program("real.py", RAFT), "lin-kv", { clock: null, length: 1 });
    const { exchanges, steps } = await played({ deviations: [] }, options);
    expect(exchanges.at(-1)!.outcome).toMatchObject({ kind: "ok", reply: { type: "read_ok", value: 0 } });
    expect(steps.some(({ kind }) => kind === "wait")).toBe(true);
  });
});

describe.skipIf(isSkipped)("clients that reach consensus over stores", () => {
  const apart: Plan = { deviations: [{ kind: "cut", nodes: ["n0"], from: 0, to: 0 }] };

  it("agree", async () => {
    for (const plan of [{ deviations: [] }, apart]) {
      expect(await violationOf("consensus.py", CONSENSUS, plan, "consensus")).toBeNull();
    }
  });

  it("do not, if they believe the least register", async () => {
    expect(await violationOf("least.py", LEAST, { deviations: [] }, "consensus")).toBeNull();
  });
});

describe.skipIf(isSkipped)("a message that does not come", () => {
  const broken = async (deviations: Plan["deviations"]) =>
    (await played({ deviations }, nodes.options(nodes.answering("once.py", TELLS_ONCE), "broadcast"))).violation
      ?.sentence;

  it("is missed in the end, if nobody says it again", async () => {
    expect(await broken([])).toBeUndefined();
    expect(await broken([{ kind: "lost", src: "n0", dest: "n2", from: 0 }])).toBe(
      "n0 acknowledged the broadcast of 0, and n2 does not know it in the end.",
    );
  });

  it("is not, if it is only late", async () => {
    expect(await broken([{ kind: "late", src: "n0", dest: "n2", from: 0, to: 1 }])).toBeUndefined();
  });
});

/**
 * Nodes that keep all in one key of a store: `change` makes of what is there, and the request, what is put there and
 * the answer.
 */
const overStore = (name: string, { store, change, write }: Readonly<Record<"store" | "change" | "write", string>>) =>
  nodes.answering(
    name,
    `
def ask(then, **request):
    state["number"] = state.get("number", 0) + 1
    state[state["number"]] = then
    send("${store}", **request, key="all", msg_id=state["number"])
def change(found, body):
    ${change.trim().replaceAll("\n", "\n    ")}
def attempt(src, body):
    def found(answer):
        there = answer.get("value")
        put, said = change(there, body)
        def done(answer):
            if answer["type"] == "error": attempt(src, body)
            else: send(src, **said, type=body["type"] + "_ok", in_reply_to=body["msg_id"])
        if put is None: done({"type": "ok"})
        else: ask(done, ${write})
    ask(found, type="read")
if "in_reply_to" in body: return state.pop(body["in_reply_to"], lambda answer: None)(body)
attempt(src, body)`,
  );

const COMPARED = 'type="cas", **{"from": there, "to": put}, create_if_not_exists=True';

describe.skipIf(isSkipped)("transactions over a store", () => {
  const change = `
found, put, told = found or {}, dict(found or {}), []
for op, key, value in body["txn"]:
    if op == "append": put[str(key)] = put.get(str(key), []) + [value]
    told.append([op, key, put.get(str(key)) if op == "r" else value])
return put, {"txn": told}`;
  const brokenBy = async (write: string, deviations: Plan["deviations"]) => {
    const options = nodes.options(overStore("txn.py", { store: "lin-kv", change, write }), "txn-list-append");
    return (await played({ deviations }, options)).violation?.sentence;
  };

  it("are strictly serializable, if each compares before it writes", async () => {
    expect(await brokenBy(COMPARED, [])).toBeUndefined();
    expect(await brokenBy(COMPARED, [{ kind: "overlap", from: 0 }])).toBeUndefined();
  });

  it("lose what others append meanwhile, if they do not", async () => {
    expect(await brokenBy('type="write", value=put', [])).toBeUndefined();
    expect(await brokenBy('type="write", value=put', [{ kind: "overlap", from: 0 }])).toMatch(
      /^No order explains these transactions: /,
    );
  });
});

describe.skipIf(isSkipped)("a counter over a store that may tell what was", () => {
  const counting = (touch: string) => `
if body["type"] == "add": return (found or 0) + body["delta"], {}
return ${touch}, {"value": found or 0}`;
  const brokenBy = async (touch: string, deviations: Plan["deviations"]) => {
    const options = nodes.options(
      overStore("counter.py", { store: "seq-kv", change: counting(touch), write: COMPARED }),
      "g-counter",
    );
    return (await played({ deviations }, options)).violation?.sentence;
  };
  const STALE: Plan["deviations"] = [{ kind: "stale", node: "n0", from: 3 }];

  it("tells the sum, if whoever reads writes first what he has read", async () => {
    expect(await brokenBy("found or 0", [])).toBeUndefined();
    expect(await brokenBy("found or 0", STALE)).toBeUndefined();
  });

  it("does not, if he only reads", async () => {
    expect(await brokenBy("None", [])).toBeUndefined();
    expect(await brokenBy("None", STALE)).toMatch(/^n0 tells \d in the end, and what was added makes 7\.$/);
  });
});

describe.skipIf(isSkipped)("a message that comes twice", () => {
  const COUNTS = `
if body["type"] == "add":
    for node in nodes: send(node, type="count", delta=body["delta"])
if body["type"] == "count":
    state["sum"] = state.get("sum", 0) + body["delta"]
    return
send(src, type=body["type"] + "_ok", in_reply_to=body["msg_id"], value=state.get("sum", 0))`;

  it("is counted twice, if nobody knows that it has come before", async () => {
    const options = nodes.options(nodes.answering("counts.py", COUNTS), "g-counter");
    expect((await played({ deviations: [] }, options)).violation).toBeNull();
    const twice: Plan = { deviations: [{ kind: "again", src: "n0", dest: "n1", from: 0, to: 1 }] };
    const { violation, steps } = await played(twice, options);
    expect(violation?.sentence).toBe("n1 tells 8 in the end, and what was added makes 7.");
    expect(steps.filter((step) => "isAgain" in step)).toHaveLength(1);
  });
});
