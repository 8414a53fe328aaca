/**
 * A run as a log with vector clocks, for ShiViz. Its expression is
 * `(?<event>.*)\n(?<host>\S*) (?<clock>{.*})`.
 *
 * Source: I. Beschastnikh et al., "Visualizing Distributed System Executions", 2020.
 */
import { exchangesOf } from "../sequence/exchanges.js";
import type { ShownRun } from "./shown-run.js";

type Clock = Readonly<Record<string, number>>;

/**
 * Two lines an event. A request and its reply make two events at the server's side and one where the client hears of
 * it.
 */
export function shivizOf(run: ShownRun): string {
  const clocks = new Map<string, Clock>();
  const lines: string[] = [];
  const happen = (host: string, event: string, after: Clock = {}): void => {
    const own = clocks.get(host) ?? {};
    const hosts = new Set([...Object.keys(own), ...Object.keys(after)]);
    const merged = Object.fromEntries([...hosts].map((each) => [each, Math.max(own[each] ?? 0, after[each] ?? 0)]));
    const clock = { ...merged, [host]: (own[host] ?? 0) + 1 };
    clocks.set(host, clock);
    lines.push(event, `${host} ${JSON.stringify(clock)}`);
  };
  for (const { client, server, request, reply, decided } of exchangesOf(run)) {
    const host = client.replaceAll(" ", "-");
    const event = [request, ...decided].join("; ");
    if (server === null) {
      happen(host, event);
      continue;
    }
    happen(host, `ask ${server}: ${request}`);
    happen(server, event, clocks.get(host));
    if (reply !== null) happen(host, `hear from ${server}: ${reply}`, clocks.get(server));
  }
  return `${lines.join("\n")}\n`;
}
