/** Nodes for tests: programs in files, and what it takes to run them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { compileClock } from "../clock/clock-library.js";
import type { Step } from "../cluster.js";
import { NodeProcesses, type NodeProcessesOptions } from "../nodes/node-processes.js";
import type { Plan } from "../plan.js";
import { type PlayOptions, play, type Run } from "../player.js";
import { type Retaken, retake } from "../retake.js";
import { workloadNamed } from "../workloads/registry.js";

export type TrialOptions = PlayOptions & NodeProcessesOptions;

export const played = (plan: Plan, options: TrialOptions): Promise<Run> =>
  play(plan, options, new NodeProcesses(options));

export const retaken = (steps: readonly Step[], options: TrialOptions): Promise<Retaken> =>
  retake(steps, options, new NodeProcesses(options));

export class NodesUnderTest {
  readonly directory = mkdtempSync(path.join(tmpdir(), "quorate-maelstrom-test-"));
  #clock: string | undefined;

  /** The command that starts a node with this program. */
  program(name: string, text: string): string {
    const file = path.join(this.directory, name);
    writeFileSync(file, text);
    return name.endsWith(".py") ? `${PYTHON} ${file}` : `${process.execPath} ${file}`;
  }

  /** Nodes of Maelstrom in Python: `answer` is what is done with `body`, from `src`; `state` is the node's own. */
  answering(name: string, answer: string): string {
    return this.program(
      name,
      `import json, sys
me, nodes, state = "", [], {}
def send(dest, **body): print(json.dumps({"src": me, "dest": dest, "body": body}), flush=True)
def answer(src, body):
    ${answer.trim().replaceAll("\n", "\n    ")}
for line in sys.stdin:
    src, body = (message := json.loads(line))["src"], message["body"]
    if body["type"] == "init":
        me, nodes = body["node_id"], body["node_ids"]
        send(src, type="init_ok", in_reply_to=body["msg_id"])
    else: answer(src, body)
`,
    );
  }

  options(command: string, workload: string, more: Partial<TrialOptions> = {}): TrialOptions {
    return {
      ...{ command, nodes: ["n0", "n1", "n2"], workload: workloadNamed(workload), directory: this.directory },
      ...{ clock: this.clock, seed: 1, patience_ms: 10_000, length: 3 },
      ...more,
    };
  }

  /** The library of the clock. */
  get clock(): string {
    if (this.#clock === undefined) {
      const compiled = compileClock(this.directory);
      if (compiled.kind === "none") throw new Error(compiled.why);
      this.#clock = compiled.file;
    }
    return this.#clock;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

const answers = (command: string): boolean => spawnSync(command, ["--version"]).status === 0;

/** The interpreter itself where it is known, since some systems put a slow script before it. */
export const PYTHON = answers("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

/** What these tests need besides Node; CI has it, and does not skip. */
export const isSkipped =
  !(process.platform === "linux" && answers("cc") && answers(PYTHON)) && process.env.CI === undefined;

/** Broadcast in which every node keeps what it is told, and tells the others once. */
export const TELLS_ONCE = `
known = state.setdefault("known", [])
if body["type"] == "gossip": return known.append(body["message"])
if body["type"] == "broadcast":
    known.append(body["message"])
    for node in nodes:
        if node != me: send(node, type="gossip", message=body["message"])
send(src, type=body["type"] + "_ok", in_reply_to=body["msg_id"], messages=known)`;
