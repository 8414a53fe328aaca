/**
 * Values and numbers that code is careless with: nothing at all, more than a page, every kind of Unicode, what looks
 * like a log; register sets where numbers get another length, and the first and last of every range. The model knows
 * them by other names, so that servers and clients of the implementation are asked to carry them once, besides.
 */
import { ClientCore } from "../../../impl/core/client.js";
import { REGISTER_SET_LIMIT, type Reply, VALUE_BYTES_MAX } from "../../../impl/core/protocol.js";
import { MemoryDisk } from "../../../impl/simulation/memory-disk.js";
import { ServerHost } from "../../../impl/storage/server-host.js";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import { holding, sameRegister, type Value } from "../../../spec/register.js";
import { quotedValue } from "../../words/quoted-value.js";
import { blamed, faultOf, ImplementationFault } from "../lockstep/implementation-fault.js";

export const AWKWARD_VALUES: readonly Value[] = [
  "",
  "x".repeat(VALUE_BYTES_MAX),
  "\u{1f701}\u{10ffff}",
  "e\u0301",
  "\u00e9",
  "\u0000",
  "A\u0000",
  "\ufeffA",
  "A",
  "QUORATE\n\u0002",
  "\u{20ac}".repeat(1366),
  " A\t",
  "0",
  "007",
  "1e3",
  "null",
  '["A"]',
  "\"\\'",
  "`A`%s",
  "A\r\u2028",
];

/** Half characters: JSON carries them, UTF-8 does not. */
export const NOT_TEXT: readonly Value[] = ["\ud800", "\udc00A", "well-formed, but for \udfff in the middle"];

export class AwkwardValues {
  readonly #table: QuorumTable;
  /** Of the scope, ascending. */
  readonly #registerSets: readonly number[];
  #isDone = false;

  constructor(table: QuorumTable, registerSets: readonly number[]) {
    this.#table = table;
    this.#registerSets = registerSets;
  }

  /**
   * Throws ImplementationFault where a server or a client does not carry one of them. Once: they are the same every
   * time.
   */
  async check(): Promise<void> {
    if (this.#isDone) return;
    this.#isDone = true;
    const [name] = this.#table.servers;
    await this.#checkServer(name!).catch((error) => {
      throw faultOf(`${name}, asked to carry awkward values, failed`, error);
    });
    this.#checkClient();
  }

  /** Ascending; with a number whose last 32 bits are those of another. */
  get #awkwardSets(): number[] {
    const ends = this.#table.ranges.flatMap(({ first, last }) => [first, last]);
    const lengths = [2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 47, REGISTER_SET_LIMIT - 2];
    return [...new Set([...ends, ...lengths])].filter((set) => set < REGISTER_SET_LIMIT).sort((a, b) => a - b);
  }

  async #checkServer(name: string): Promise<void> {
    const sets = this.#awkwardSets;
    const written = sets.map((set, index) => [set, AWKWARD_VALUES[index % AWKWARD_VALUES.length]!] as const);
    // Each of the values, though there be fewer sets.
    for (let next = 1; written.length < AWKWARD_VALUES.length; next++)
      written.push([sets.at(-1)! - 2 * next, AWKWARD_VALUES[next]!]);
    written.sort(([a], [b]) => a - b);
    const disk = MemoryDisk.withLogOf(name);
    const host = await ServerHost.open(name, disk);
    for (const value of NOT_TEXT) {
      const reply = await host.handle({ kind: "write", registerSet: 0, value });
      if (reply.kind !== "rejected")
        throw fault(name, `took ${quotedValue(value)}, which is no text, and answered "${reply.kind}"`);
    }
    for (const [registerSet, value] of written) {
      const reply = await host.handle({ kind: "write", registerSet, value });
      if (reply.kind !== "written" || reply.value !== value)
        throw fault(
          name,
          `answered "${reply.kind}" to the write of ${quotedValue(value)} to R${registerSet}, which was unwritten`,
        );
      const late = await host.handle({ kind: "write", registerSet, value: "late" });
      if (late.kind !== "refused" || !sameRegister(late.holds, holding(value)))
        throw fault(
          name,
          `answered "${late.kind}" to a late write to R${registerSet}, which holds ${quotedValue(value)}`,
        );
    }
    disk.crash();
    const again = await ServerHost.open(name, disk).catch((error: Error) => {
      throw fault(name, `does not start again: ${error.message}`);
    });
    for (const [registerSet, value] of written) {
      if (!sameRegister(again.registerAt(registerSet), holding(value)))
        throw fault(name, `does not hold ${quotedValue(value)} in R${registerSet} after a crash, where it was written`);
    }
    const row = await again.handle({ kind: "read" });
    const told = row.kind === "row" ? row.written.map(([set]) => set).join() : row.kind;
    if (told !== written.map(([set]) => set).join()) throw fault(name, `tells of R${told} after a crash`);
  }

  /** Where all servers hold a value it may be decided, so that clients of higher sets must choose it. */
  #checkClient(): void {
    const [below, registerSet] = this.#registerSets;
    if (below === undefined || registerSet === undefined) return;
    for (const value of AWKWARD_VALUES) {
      const failing = `the client of R${registerSet}, told of ${quotedValue(value)}, failed`;
      const options = { table: this.#table, registerSet, input: "my own", candidate: 0 };
      const core = blamed(failing, () => new ClientCore(options));
      core.start();
      // What opens its gate, if it has one: all servers hold the value in the range before.
      const row: Reply = { kind: "row", frozenBelow: 0, written: [[below, value]] };
      for (const server of this.#table.servers.keys()) core.receive(server, row);
      const vote: Reply = { kind: "voted", registerSet, candidate: 0 };
      for (const server of this.#table.servers.keys()) core.receive(server, vote);
      const reply: Reply = { kind: "prepared", registerSet, written: [[below, value]] };
      for (const server of this.#table.servers.keys()) core.receive(server, reply);
      if (core.chosen === value) continue;
      const chose = core.chosen === null ? "waits" : `chose ${quotedValue(core.chosen)}`;
      throw new ImplementationFault(
        `the client of R${registerSet} ${chose} where every server told it that R${below} holds ${quotedValue(value)}`,
      );
    }
    for (const value of NOT_TEXT) this.#expectRefused(registerSet, value);
  }

  #expectRefused(registerSet: number, input: Value): void {
    try {
      new ClientCore({ table: this.#table, registerSet, input, candidate: 0 });
    } catch (error) {
      if (error instanceof RangeError) return;
      throw faultOf(`the client of R${registerSet} failed`, error);
    }
    throw new ImplementationFault(
      `the client of R${registerSet} takes ${quotedValue(input)}, which is no text, for its input`,
    );
  }
}

const fault = (name: string, what: string): ImplementationFault =>
  new ImplementationFault(`${name}, asked to carry awkward values, ${what}`);
