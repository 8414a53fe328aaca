/** Nodes of Maelstrom, unmodified: each a process that Linux tells of, with a clock in a file. */
import path from "node:path";
import type { Envelope } from "../../adapter/messages.js";
import { NodeClock } from "../clock/node-clock.js";
import type { NodeError } from "./node-error.js";
import { NodeProcess } from "./node-process.js";
import type { Heard, Nodes } from "./nodes.js";
import { pause } from "./pause.js";

export interface NodeProcessesOptions {
  /** A command line that starts a node. */
  readonly command: string;
  /** For files of these nodes alone. */
  readonly directory: string;
  /** The file of the library that gives nodes their clock; null for the clock of the machine. */
  readonly clock: string | null;
  /** Of what nodes draw at random. */
  readonly seed: number;
  readonly patience_ms: number;
}

/** Between looks at nodes that go by the machine's clock. */
const LOOK_MS = 5;

export class NodeProcesses implements Nodes {
  readonly isRealTime: boolean;
  readonly #options: NodeProcessesOptions;
  readonly #nodes = new Map<string, NodeProcess>();
  readonly #clocks = new Map<string, NodeClock>();
  #starts = 0;

  constructor(options: NodeProcessesOptions) {
    this.#options = options;
    this.isRealTime = options.clock === null;
  }

  async start(inits: readonly Envelope[]): Promise<readonly Heard[]> {
    // They start at the same time, since that takes the longest.
    for (const init of inits) this.#spawn(init);
    const heard = inits.flatMap(({ dest }) => this.#hear(dest));
    for (const node of this.#nodes.values()) node.checkClock();
    return heard;
  }

  async give(message: Envelope): Promise<readonly Heard[]> {
    this.#nodes.get(message.dest)!.give(message);
    return this.#hear(message.dest);
  }

  untilDue_ns(node: string): number | null {
    const due = this.#clocks.get(node)?.untilDue_ns() ?? null;
    return due === null ? null : Number(due);
  }

  async advance(node: string, ns: number): Promise<readonly Heard[]> {
    return this.#clocks.get(node)!.advance(BigInt(ns)) ? this.#hear(node) : [];
  }

  async wait(ms: number): Promise<readonly Heard[]> {
    const since_ms = performance.now();
    const heard: Heard[] = [];
    for (const node of this.#nodes.values()) node.signal("SIGCONT");
    do {
      pause(LOOK_MS);
      for (const name of this.#nodes.keys()) heard.push(...this.#hearOut(name));
    } while (heard.length === 0 && performance.now() - since_ms < ms);
    for (const node of this.#nodes.values()) node.signal("SIGSTOP");
    return heard;
  }

  async crash(init: Envelope): Promise<readonly Heard[]> {
    this.#nodes.get(init.dest)!.kill();
    this.#spawn(init);
    return this.#hear(init.dest);
  }

  error(node: string, what: string): NodeError {
    return this.#nodes.get(node)!.error(what);
  }

  stop(): void {
    for (const node of this.#nodes.values()) node.kill();
    for (const clock of this.#clocks.values()) clock.close();
  }

  #spawn(init: Envelope): void {
    const { command, directory, clock: library, seed, patience_ms } = this.#options;
    const name = init.dest;
    this.#clocks.get(name)?.close();
    const start = this.#starts++;
    if (library !== null) {
      const file = path.join(directory, `${name}.clock`);
      // Each start of each node draws something else.
      this.#clocks.set(name, new NodeClock(file, (BigInt(seed) << 20n) + BigInt(start)));
    }
    const clock = library === null ? null : { library, clock: this.#clocks.get(name)! };
    const node = new NodeProcess({ command, name, directory, clock, patience_ms });
    this.#nodes.set(name, node);
    node.give(init);
  }

  /** Hears the node out. Nodes that go by the machine's clock run only while it is their turn. */
  #hear(name: string): Heard[] {
    const node = this.#nodes.get(name)!;
    if (this.isRealTime) node.signal("SIGCONT");
    const heard = this.#hearOut(name);
    if (this.isRealTime) node.signal("SIGSTOP");
    return heard;
  }

  #hearOut(name: string): Heard[] {
    return this.#nodes
      .get(name)!
      .hearOut()
      .map((envelope) => ({ node: name, envelope }));
  }
}
