/** What acceptors do with requests, one after the other: with it, what they did with several at once is explained. */
import { isDeepStrictEqual } from "node:util";
import { type Register, sameRegister } from "../../../spec/register.js";
import type { Body } from "../../adapter/messages.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import { phrase } from "../lockstep/phrase.js";
import { type Changing, replyTo, rowAfter } from "../systems/model-row.js";
import { EMPTY_ROW, type Row, registerIn } from "../systems/rows.js";
import type { ForeignKind } from "./crashes.js";
import { Freedoms } from "./freedoms.js";
import type { ObservedRows } from "./observed-rows.js";
import { type Reading, readAnswer } from "./row-answers.js";

interface Options extends Reading {
  /** The register sets that can be looked at. */
  readonly observed: readonly number[];
  readonly writesFreezeBelow: boolean;
}

export function rowKind(
  rows: ObservedRows,
  { observed, writesFreezeBelow, ...options }: Options,
): ForeignKind<Row, Changing> {
  /** Of freedoms that were taken is told where each request is asked by itself. */
  const reading = (): Reading => ({ ...options, freedoms: new Freedoms() });

  return {
    after: (before, request) => rowAfter(before, request, writesFreezeBelow),

    mayAnswer(answer, request, before, after) {
      try {
        const reply = readAnswer({ name: "", request, answer, before, after }, reading());
        return isDeepStrictEqual(reply, replyTo(request, after));
      } catch (error) {
        if (error instanceof ImplementationFault) return false;
        throw error;
      }
    },

    mayLook: (held, seen) =>
      observed.every((registerSet) => {
        const [expected, found] = [registerIn(held, registerSet), registerIn(seen, registerSet)];
        return sameRegister(expected, found) || mayBeForgotten(held, registerSet, expected, found);
      }),

    bodyOf,
    look: async (server) => (await rows.after(server, [])).row,
    isSame: (a, b) =>
      a.frozenBelow === b.frozenBelow &&
      a.values.size === b.values.size &&
      [...a.values].every(([registerSet, value]) => b.values.get(registerSet) === value),

    checkAnswer(name, answer, request) {
      if (answer.type === `${request.kind}_ok` || answer.type === "refused") return;
      readAnswer({ name, request, answer, before: EMPTY_ROW, after: EMPTY_ROW }, reading());
    },

    phraseOf: (request) =>
      request.kind === "prepare"
        ? `the prepare of R${request.registerSet}`
        : `the write of ${request.value} to R${request.registerSet}`,
    holdingsOf: (view) =>
      observed.map((registerSet) => `${phrase(registerIn(view, registerSet))} in R${registerSet}`).join(", "),
  };

  function mayBeForgotten(held: Row, registerSet: number, expected: Register, found: Register): boolean {
    const isLower = [...held.values.keys()].some((set) => set > registerSet);
    return options.selection === "greatest" && isLower && expected.state === "value" && found.state === "nil";
  }
}

export const bodyOf = (request: Changing): Body =>
  request.kind === "prepare"
    ? { type: "prepare", register: request.registerSet }
    : { type: "write", register: request.registerSet, value: request.value };
