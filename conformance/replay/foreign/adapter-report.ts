/** What is said of foreign code that was replayed: what it did otherwise, and what was not tried with it. */
import type { Adapter } from "../../adapter/adapter.js";
import type { AdapterReport } from "../replay-report.js";
import type { Foreign } from "./foreign.js";

export const adapterReport = ({ adapter, freedoms, untried }: Foreign): AdapterReport => ({
  command: adapter.command,
  role: adapter.role,
  freedoms: freedoms.sentences,
  notTested: adapter.role === "proposer" ? notTestedOfClient(adapter) : [...notTestedOfServers(adapter), ...untried],
});

const notTestedOfServers = (adapter: Adapter): string[] => [
  ...(adapter.crashes === "never"
    ? ["Crashes: the adapter does not crash, and Quorate cannot kill what it only connects to."]
    : []),
];

const notTestedOfClient = (adapter: Adapter): string[] => [
  ...(adapter.can("crash") ? [] : ["Crashes of the client: it does not say that it can."]),
  ...(adapter.can("retry")
    ? []
    : ["Answers to an attempt that the client has left: it does not say that it can retry."]),
  "Time: a client that waits for a time-out before it goes on waits for ever.",
  "Servers, which are Quorate's here, messages that are lost for ever, and values of awkward lengths and characters.",
];
