/** What an acceptor holds: as it says itself, or as it shows by what it answers to writes that a copy of it is sent. */

import type { Selection } from "../../../spec/quorum-table.js";
import type { Value } from "../../../spec/register.js";
import type { Adapter } from "../../adapter/adapter.js";
import type { Body } from "../../adapter/messages.js";
import { EMPTY_ROW, type Row, registerIn } from "../systems/rows.js";
import type { ForeignNodes, ForeignServer, Happening } from "./foreign-server.js";
import type { Freedoms } from "./freedoms.js";
import { rowIn, valuesTold } from "./row-answers.js";
import { type Sight, UNSEEN } from "./snapshots.js";
import type { ToldEvents } from "./told-events.js";

/** No client of a model proposes it. */
const PROBE: Value = "quorate: is this register taken?";

/** It observes itself, if it can. */
export const sightOf = (adapter: Adapter): Sight =>
  adapter.can("observe")
    ? { looks: [{ type: "observe" }], shownIn: ([told]) => shownRow(rowIn(told!, adapter)) }
    : UNSEEN;

function shownRow({ frozenBelow, values }: Row): string {
  const held = [...values].sort(([a], [b]) => a - b).map(([registerSet, value]) => `${value} in R${registerSet}`);
  return [`all below R${frozenBelow} frozen`, ...held].join(", ");
}

interface Options {
  readonly adapter: Adapter;
  readonly selection: Selection;
  readonly freedoms: Freedoms;
  readonly toldEvents: ToldEvents;
  /** The register sets of which something is known where it has to be shown. */
  readonly observed: readonly number[];
}

export class ObservedRows {
  readonly #nodes: ForeignNodes;
  readonly #options: Options;

  constructor(nodes: ForeignNodes, options: Options) {
    this.#nodes = nodes;
    this.#options = options;
  }

  /** What the acceptor answers to these requests, and what it holds afterwards. */
  async after(
    { name, history, view }: ForeignServer<Row>,
    requests: readonly Body[],
  ): Promise<{ readonly answers: readonly Body[]; readonly row: Row }> {
    const { adapter, selection, observed, toldEvents } = this.#options;
    const { answers, seen, events } = await this.#nodes.ask(name, { history, requests });
    const [told] = seen;
    const shown =
      told === undefined ? await this.#shownBy(name, [...history, ...requests], view) : rowIn(told, adapter);
    const row = this.#withForgotten(shown, view);
    const isGreatestEnough = selection === "greatest";
    const registerAt = (registerSet: number) => registerIn(row, registerSet);
    toldEvents.checkServer(name, events, { observed, registerAt, isGreatestEnough });
    return { answers, row };
  }

  /** A register that takes a probe was unwritten; one that does not holds a value that is told, or nil. */
  async #shownBy(name: string, history: readonly Happening[], view: Row): Promise<Row> {
    const { observed } = this.#options;
    const probes = observed.map((register) => ({ type: "write", register, value: PROBE }));
    const promise = { type: "prepare", register: observed.at(-1)! + 1 };
    const answers = await this.#nodes.askCopy(name, history, [...probes, promise]);
    const told = new Map(valuesTold(answers.at(-1)!).filter(([, value]) => value !== PROBE));
    const values = new Map<number, Value>();
    let frozenBelow = 0;
    for (const [index, register] of observed.entries()) {
      const { type, holds } = answers[index]!;
      if (type === "write_ok") continue;
      const value = typeof holds === "string" ? holds : (told.get(register) ?? view.values.get(register));
      if (value === undefined) frozenBelow = register + 1;
      else values.set(register, value);
    }
    return { ...EMPTY_ROW, frozenBelow, values };
  }

  /** Below a greater value, selection "greatest" asks for none. */
  #withForgotten({ frozenBelow, values }: Row, { values: before }: Row): Row {
    const { selection, freedoms } = this.#options;
    const greatest = Math.max(-1, ...values.keys());
    const forgotten = [...before].filter(([register]) => register < greatest && !values.has(register));
    if (selection !== "greatest" || forgotten.length === 0) return { ...EMPTY_ROW, frozenBelow, values };
    freedoms.take("forgets lower");
    return { ...EMPTY_ROW, frozenBelow, values: new Map([...forgotten, ...values]) };
  }
}
