/** A run as a sequence diagram in Mermaid, which GitHub and GitLab draw where they find it. */
import { exchangesOf } from "./exchanges.js";
import type { ShownRun } from "./shown-run.js";

export function mermaidOf(run: ShownRun): string {
  const exchanges = exchangesOf(run);
  const clients = [...new Set(exchanges.map(({ client }) => client))].sort();
  const servers = run.table.servers.filter((server) => exchanges.some((exchange) => exchange.server === server));
  // Names of servers may hold what Mermaid takes for an arrow.
  const idOf = (name: string) => (clients.includes(name) ? `c${clients.indexOf(name)}` : `s${servers.indexOf(name)}`);
  const lines = exchanges.flatMap(({ client, server, request, reply, decided }) => [
    server === null ? `Note over ${idOf(client)}: ${request}` : `${idOf(client)}->>${idOf(server)}: ${request}`,
    ...(reply === null || server === null ? [] : [`${idOf(server)}-->>${idOf(client)}: ${reply}`]),
    ...decided.map(
      (decision) => `Note over ${servers.length < 2 ? idOf(servers[0]!) : `s0,s${servers.length - 1}`}: ${decision}`,
    ),
  ]);
  return [
    "sequenceDiagram",
    ...clients.map((client) => `  actor ${idOf(client)} as ${client}`),
    ...servers.map((server) => `  participant ${idOf(server)} as ${server}`),
    ...lines.map((line) => `  ${line}`),
    "",
  ].join("\n");
}
