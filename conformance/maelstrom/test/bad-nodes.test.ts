/**
 * Nodes that are none: each is told of in one sentence, with what it said last, and none is left behind. Needs a C
 * compiler.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { NodeError } from "../nodes/node-error.js";
import { isSkipped, NodesUnderTest, played } from "./nodes.js";

const nodes = new NodesUnderTest();
afterAll(() => nodes.remove());

const CALM = { deviations: [] };

async function failureOf(command: string, patience_ms = 10_000, names = ["n0", "n1", "n2"]): Promise<NodeError> {
  try {
    await played(CALM, nodes.options(command, "echo", { patience_ms, nodes: names }));
  } catch (error) {
    if (error instanceof NodeError) return error;
    throw error;
  }
  throw new Error("nothing was wrong");
}

const BAD: Readonly<Record<string, readonly [answer: string, sentence: string]>> = {
  "says what is not JSON": [
    'print("got it", flush=True)',
    "node n0 sent a line that is not JSON; what is not a message belongs on stderr",
  ],
  "says what is no message": ["print(7, flush=True)", "node n0 sent a message that is no JSON object"],
  "speaks for another": [
    'print(json.dumps({"src": "n2", "dest": src, "body": body}), flush=True)',
    "node n0 sent a message in the name of n2",
  ],
  "writes to nobody": [
    'send("n9", type="echo_ok")',
    "node n0 sent a message to n9, which is nobody or has not asked for it",
  ],
  "answers what nobody asked": [
    'send(src, type="echo_ok", in_reply_to=77)',
    "node n0 sent a message to c1, which is nobody or has not asked for it",
  ],
  ends: ["sys.exit()", "node n0 has ended by itself"],
};

describe.skipIf(isSkipped)("a node that", () => {
  for (const [what, [answer, sentence]] of Object.entries(BAD)) {
    it(`${what} is told of`, async () => {
      const error = await failureOf(nodes.answering(`${what.replaceAll(" ", "-")}.py`, answer));
      expect(error.message).toBe(sentence);
      expect(error.lastLines.length).toBeGreaterThan(2);
    });
  }

  it("talks to another without end is told of", async () => {
    const talk = `import json, sys
for line in sys.stdin:
    message = json.loads(line)
    body = message["body"]
    me = body.get("node_id") or me
    to = {"n0": "n1", "n1": "n0", "n2": "n2"}[me]
    said = [("c0", {"type": "init_ok"})] if body["type"] == "init" else [(to, {"type": "talk"})]
    for dest, body in said: print(json.dumps({"src": me, "dest": dest, "body": body}), flush=True)
`;
    const sentence = "node n1 and n0 are not done after 1000 messages, without a step of time";
    expect((await failureOf(nodes.program("talks.py", talk))).message).toBe(sentence);
  });

  it("is never done is told of, and ended", async () => {
    const error = await failureOf(nodes.answering("busy.py", "while True: pass"), 500);
    expect(error.message).toBe("node n0 has been busy for 0.5 s with one message, or with one step of its clock");
  });

  it("does not start is told of, with what it says for itself", async () => {
    const error = await failureOf("/nonexistent/node");
    expect(error.message).toBe("node n0 has ended by itself");
    expect(error.lastLines.join("\n")).toContain("/nonexistent/node");
  });

  it("answers its start with an error is told of", async () => {
    const text = `import json
input()
print(json.dumps({"src": "n0", "dest": "c0", "body": {"type": "error", "code": 12, "text": "no"}}), flush=True)
input()
`;
    expect((await failureOf(nodes.program("refuses.py", text))).message).toBe(
      "node n0 answered its start with an error: no",
    );
  });

  it("does without the C library is told of", async () => {
    const source = `${nodes.directory}/static.c`;
    const program = `${nodes.directory}/static`;
    const started = JSON.stringify({ src: "n0", dest: "c0", body: { type: "init_ok" } });
    writeFileSync(
      source,
      `#include <stdio.h>
int main(void) {
  while (getchar() != 10);
  puts(${JSON.stringify(started)});
  fflush(stdout);
  return getchar();
}
`,
    );
    execFileSync("cc", ["-static", "-w", "-o", program, source]);
    expect((await failureOf(program, 10_000, ["n0"])).message).toBe(
      "node n0 does not take the clock that Quorate sets, since it does without the C library, as programs in Go do. Hint: --real-time",
    );
  });
});
