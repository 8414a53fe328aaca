/**
 * One-line changes of the implementation, for messages-faults.test.ts: faults that must be found, and what makes no
 * difference.
 */

import type { Change } from "./changed-builds.js";

export interface Fault extends Change {
  readonly driver?: "tcp";
  /** Part of the sentence that says what differs. */
  readonly shows: RegExp;
  /** The last step of the run that shows it. */
  readonly at: RegExp;
}

export const FAULTS: readonly Fault[] = [
  {
    name: "a duplicate promise counts twice",
    file: "core/client.js",
    line: "if (hasServer(this.#prepared, server))\n            return undefined;",
    changed: "if (hasServer(this.#prepared, server)) this.#prepared |= singleton((server + 1) % 3);",
    shows: /^the client of R\d with input [AB], having heard \{S\d\}, chose [AB] where the model has it wait/,
    at: /^deliver promise$/,
  },
  {
    name: "output before a quorum has accepted",
    file: "core/client.js",
    line: "if (this.#quorums.phase2.isQuorum(this.#written))",
    changed: "if (this.#written !== NO_SERVERS)",
    shows: /^the client of R\d output [AB] after \{S\d\} accepted and \{.*\} refused, which is no phase-2 quorum/,
    at: /^deliver accepted$/,
  },
  {
    name: "no output though a quorum has accepted",
    file: "core/client.js",
    line: "this.#written |= singleton(server);",
    changed: "this.#written = singleton(server);",
    shows: /^the client of R\d has not output its value [AB] after \{S\d, S\d\} accepted/,
    at: /^deliver accepted$/,
  },
  {
    name: "a refusal counts as written",
    file: "core/client.js",
    line: "this.#refused |= singleton(server);",
    changed: "this.#written |= singleton(server);",
    shows: /^the client of R\d (output [AB]|hopes on) after \{.*\} accepted and \{.+\} refused/,
    at: /^deliver (accepted|refused)$/,
  },
  {
    name: "an answer about another register set counts",
    file: "core/client.js",
    line: 'this.#phase !== "write" || reply.registerSet !== this.registerSet || reply.value !== this.#chosen',
    changed: 'this.#phase !== "write" || reply.value !== this.#chosen',
    shows: /^the client of R\d made something of "written" about R\d: it was "write, chosen [AB]" and is "output, /,
    at: /^deliver/,
  },
  {
    name: "a refusal about another register set counts",
    file: "core/client.js",
    line: 'this.#phase !== "write" || reply.registerSet !== this.registerSet)\n            return;',
    changed: 'this.#phase !== "write")\n            return;',
    shows: /^the client of R\d (made something of "refused" about R\d|gives up after )/,
    at: /^deliver/,
  },
  {
    name: "a promise for another register set counts",
    file: "core/preparation.js",
    line: "reply.registerSet !== this.#registerSet || ",
    changed: "",
    shows: /^the client of R\d (made something of "prepared" about R\d|with input [AB], having heard \{.*\}, chose)/,
    at: /^deliver/,
  },
  {
    name: "the own input is proposed whatever phase 1 saw",
    file: "core/client.js",
    line: "this.#selection.choose(this.input)",
    changed: "this.input",
    shows: /^the client of R\d with input [AB], having heard \{S\d, S\d\}, chose [AB] where the model allows only [AB]/,
    at: /^deliver promise$/,
  },
  {
    name: "the reply leaves before its record is durable",
    file: "storage/server-host.js",
    line: "await this.#log.durable();\n        }\n        catch (error)",
    changed: "void this.#log.durable();\n        }\n        catch (error)",
    shows: /^S\d replied "(prepared|written)" before its log was synced/,
    at: /^(deliver|crash)/,
  },
  {
    name: "recovery forgets the watermark",
    file: "core/server.js",
    line: "restore(record) {\n        this.#apply(record);",
    changed: 'restore(record) {\n        if (record.kind !== "frozen") this.#apply(record);',
    shows: /^S\d holds nothing in R\d where the model holds nil after a restart/,
    at: /^crash/,
  },
  {
    name: "recovery forgets the last record",
    file: "core/server.js",
    line: "restore(record) {\n        this.#apply(record);",
    changed: "restore(record) {\n        if (this.last) this.#apply(this.last);\n        this.last = record;",
    shows: /^S\d holds nothing in R\d where the model holds (nil|A|B) after a restart/,
    at: /^crash/,
  },
  {
    name: "the last batch of the log is taken for torn",
    file: "encoding/log-format.js",
    line: "at + BLOCK_BYTES <= bytes.length",
    changed: "at + BLOCK_BYTES < bytes.length",
    shows: /^S\d holds nothing in R\d on its disk where the model holds (nil|A|B)/,
    at: /^deliver (prepare|propose)$/,
  },
  {
    name: "the log goes on behind a torn tail",
    file: "storage/log.js",
    line: "const written = this.#disk.write(this.#end.position * BLOCK_BYTES, bytes);",
    changed: "const written = this.#disk.write(this.#disk.length, bytes);",
    shows: /^(S\d holds nothing in R\d|S\d failed|.*damaged or missing from byte)/,
    at: /^(crash|deliver)/,
  },
  {
    name: "nil is overwritten",
    file: "core/server.js",
    line: 'holds.state === "unwritten"',
    changed: 'holds.state !== "value"',
    shows: /^S\d (failed: register \d is write-once|has logged [AB] in R\d, which was not unwritten)/,
    at: /propose|answer/,
  },
  {
    name: "a write that was lost on its way back is refused when it is repeated",
    file: "core/server.js",
    line: "if (sameRegister(holds, holding(value)))",
    changed: "if (false)",
    shows: /^S\d says "refused in R\d, which holds [AB]" where the model says "accepted [AB] in R\d"/,
    at: /^(deliver propose|crash before answer)$/,
  },
  {
    name: "a promise tells nothing of the registers below",
    file: "core/server.js",
    line: "...this.#row.page(from, registerSet)",
    changed: "written: []",
    shows:
      /^S\d says "promise for R\d, with no value below" where the model says "promise for R\d, with R0=[AB] below"/,
    at: /^(deliver prepare|crash before promise)$/,
  },
  {
    name: "a prepare freezes one register too many",
    file: "core/server.js",
    line: '{ kind: "frozen", below: registerSet }',
    changed: '{ kind: "frozen", below: registerSet + 1 }',
    shows: /^S\d holds nil in R1 where the model holds nothing/,
    at: /^(deliver prepare|crash before promise)$/,
  },
  {
    name: "a nil travels as an unwritten register",
    file: "encoding/messages.js",
    line: "REGISTER_STATES.indexOf(reply.holds.state)",
    changed: 'REGISTER_STATES.indexOf(reply.holds.state === "nil" ? "unwritten" : reply.holds.state)',
    driver: "tcp",
    shows: /^S\d says "refused in R\d, which holds nothing" where the model says "refused in R\d, which holds nil"/,
    at: /^(deliver propose|crash before answer)$/,
  },
  {
    name: "a restarted client may use its register sets again",
    file: "storage/claims.js",
    line: "if (made === null)\n            return null;",
    changed: "if (made === null) return { durable: Promise.resolve() };",
    driver: "tcp",
    shows: /^a client that used R\d before it was restarted may use it again/,
    at: /^send (prepare|propose)$/,
  },
];

/**
 * By name, with the sentence over TCP, where what a server says and what its disk holds are seen apart. Processes that
 * are killed lose what they have not synced, as machines do: see write-back-disk.ts.
 */
export const SHOWN_OVER_TCP_ALONE: readonly (readonly [name: string, shows: RegExp])[] = [
  [
    "the reply leaves before its record is durable",
    // The record reaches the disk a moment after the reply: on a busy machine it is missed when the process starts
    // again.
    /^S\d holds nothing in R\d (on its disk where the model holds (nil|A|B)|where the model holds (nil|A|B) after a restart)$/,
  ],
  [
    "recovery forgets the watermark",
    /^S\d says, other than its disk, that it holds nothing in R\d where the model holds nil after a restart$/,
  ],
  [
    "recovery forgets the last record",
    /^S\d says, other than its disk, that it holds nothing in R\d where the model holds (nil|A|B) after a restart$/,
  ],
];

export const HARMLESS: readonly Change[] = [
  {
    name: "a duplicate promise is read again",
    file: "core/client.js",
    line: "if (hasServer(this.#prepared, server))\n            return undefined;",
    changed: "",
  },
  {
    name: "a prepare that freezes nothing is logged all the same",
    file: "core/server.js",
    line: "if (registerSet > this.#row.frozenBelow)",
    changed: "",
  },
];
