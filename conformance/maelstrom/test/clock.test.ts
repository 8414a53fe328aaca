/**
 * Nodes that wait in many ways go by the clock that is set for them, and draw the same at random. Needs a C compiler
 * and Python.
 */
import { afterAll, describe, expect, it } from "vitest";
import { NodeClock } from "../clock/node-clock.js";
import { NodeProcess } from "../nodes/node-process.js";
import { isSkipped, NodesUnderTest } from "./nodes.js";

const nodes = new NodesUnderTest();
afterAll(() => nodes.remove());

/**
 * Starts the program by itself; what it says is `{"src": "n", "dest": "", "body": {"type": …}}` for each line of it.
 */
function started(name: string, text: string, seed = 1n) {
  const clock = new NodeClock(`${nodes.directory}/${name}.clock`, seed);
  const command = nodes.program(name, text);
  const { directory } = nodes;
  const node = new NodeProcess({
    command,
    name: "n",
    directory,
    clock: { library: nodes.clock, clock },
    patience_ms: 10_000,
  });
  const said = () => node.hearOut().map(({ body }) => body.type);
  const after = (ms: number) => {
    clock.advance(BigInt(ms) * 1_000_000n);
    return said();
  };
  const until_ms = () => Math.ceil(Number(clock.untilDue_ns()) / 1e6);
  const stop = () => {
    node.kill();
    clock.close();
  };
  return { said, after, until_ms, stop, clock };
}

const PYTHON_SAY = `
import json, sys
def say(what): print(json.dumps({"src": "n", "dest": "", "body": {"type": str(what)}}), flush=True)
def rest():
    for _ in sys.stdin: pass
`;

const WAITS: Readonly<Record<string, string>> = {
  sleep: "import time\ntime.sleep(0.5)",
  select: "import select\nselect.select([0], [], [], 0.5)",
  poll: "import select\np = select.poll(); p.register(0, select.POLLIN); p.poll(500)",
  epoll: "import select\np = select.epoll(); p.register(0, select.EPOLLIN); p.poll(0.5)",
  "another thread": "import threading\nthreading.Event().wait(0.5)",
  "a thread of its own": "import threading\nt = threading.Timer(0.5, lambda: None); t.start(); t.join()",
};

describe.skipIf(isSkipped)("a node that waits half a second", () => {
  for (const [how, wait] of Object.entries(WAITS)) {
    it(`by ${how}, waits for the clock`, () => {
      const node = started(
        `${how.replaceAll(" ", "-")}.py`,
        `${PYTHON_SAY}\nsay("waits")\n${wait}\nsay("goes on")\nrest()\n`,
      );
      expect(node.said()).toEqual(["waits"]);
      expect(node.until_ms()).toBe(500);
      expect(node.after(400)).toEqual([]);
      expect(node.until_ms()).toBe(100);
      expect(node.after(100)).toEqual(["goes on"]);
      expect(node.clock.untilDue_ns()).toBeNull();
      node.stop();
    });
  }

  it("in JavaScript, waits for the clock", () => {
    const say = `const say = (type) => console.log(JSON.stringify({ src: "n", dest: "", body: { type } }));`;
    const text = `${say} say("waits"); setTimeout(() => say("goes on"), 500); process.stdin.resume();`;
    const node = started("timer.mjs", text);
    expect(node.said()).toEqual(["waits"]);
    expect(node.after(300)).toEqual([]);
    expect(node.after(300)).toEqual(["goes on"]);
    node.stop();
  });
});

describe.skipIf(isSkipped)("a node's clock", () => {
  it("shows the time that was set, on all its faces", () => {
    const text = `${PYTHON_SAY}\nimport time
say(round(time.time())); say(round(time.monotonic()))
time.sleep(10)
say(round(time.time())); say(round(time.monotonic()))\nrest()\n`;
    const node = started("faces.py", text);
    expect(node.said()).toEqual(["1577836800", "1000"]);
    expect(node.after(10_000)).toEqual(["1577836810", "1010"]);
    node.stop();
  });

  it("goes on for whoever does nothing but look at it", () => {
    const text = `${PYTHON_SAY}\nimport time\nend = time.monotonic() + 0.05\nwhile time.monotonic() < end: pass\nsay("done")\nrest()\n`;
    const node = started("spins.py", text);
    expect(node.said()).toEqual(["done"]);
    node.stop();
  });

  it("comes with chance that a seed repeats", () => {
    const text = `${PYTHON_SAY}\nimport random, uuid\nsay(random.random()); say(uuid.uuid4())\nrest()\n`;
    const drawn = (name: string, seed: bigint) => {
      const node = started(name, text, seed);
      const said = node.said();
      node.stop();
      return said;
    };
    const first = drawn("dice-1.py", 7n);
    expect(drawn("dice-2.py", 7n)).toEqual(first);
    expect(drawn("dice-3.py", 8n)).not.toEqual(first);
  });
});
