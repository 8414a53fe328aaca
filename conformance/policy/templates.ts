/** Tables to begin with, commented, for any number of servers that they make sense for. */

import { SERVERS_MAX } from "../../spec/server-set.js";
import { didYouMean } from "../../spec/table-file/did-you-mean.js";

/** What a table needs besides its first lines: comments, and the lines from `groups` or `selection` on. */
interface Template {
  readonly about: readonly string[];
  /** How many servers there are unless it is said. */
  readonly servers: number;
  /** Null where this number of servers makes no such table. */
  readonly body: (servers: readonly string[]) => readonly string[] | null;
  /** Which numbers of servers it takes. */
  readonly takes: string;
}

const TEMPLATES: Readonly<Record<string, Template>> = {
  majority: {
    about: ["Majorities, as in Paxos and Raft: any two of them meet, so what one has decided the next one sees."],
    servers: 3,
    takes: "any number",
    body: () => [
      "registers:",
      "  - sets: 0..           # every register set (ballot, term, epoch): 0.. has no end",
      "    decide: majority    # phase 2: a value is decided once all servers of one such set hold it",
      "    # prepare: majority # phase 1: left out, the smallest sets that meet every quorum below",
    ],
  },
  flexible: {
    about: ["Flexible Paxos: few servers decide, and more are asked before, so that the two always meet."],
    servers: 5,
    takes: "at least 2",
    body: ({ length }) =>
      length < 2
        ? null
        : [
            "registers:",
            "  - sets: 0..",
            `    decide: any ${half(length)}     # phase 2: fast, since few must answer`,
            `    prepare: any ${length - half(length) + 1}    # phase 1: ${half(length)} and ${length - half(length) + 1} of ${length} share a server`,
          ],
  },
  grid: {
    about: ["A grid: a row decides, a column prepares, and every column crosses every row."],
    servers: 9,
    takes: "a product, such as 4, 6 or 9",
    body: gridBody,
  },
  "all-aboard": {
    about: ["All aboard: while every server is up all of them decide, and one is asked before; later it is Paxos."],
    servers: 3,
    takes: "any number",
    body: () => [
      "registers:",
      "  - sets: 0..9          # the first ten attempts",
      "    decide: all",
      "    prepare: any 1      # any one server meets all of them",
      "  - sets: 10..          # then some server must be down",
      "    decide: majority    # what prepares is derived: it meets the quorums of the sets below, too",
    ],
  },
  fast: {
    about: [
      "Fast Paxos: any client may write to register set 0, which saves a round; above it recovery is by majorities.",
    ],
    servers: 4,
    takes: "any number",
    body: ({ length }) => {
      const majority = half(length) + 1;
      const fast = Math.floor((2 * length - majority) / 2) + 1;
      return [
        "selection: eager        # of several values that it sees, a client takes one that may be decided",
        "registers:",
        "  - sets: 0",
        "    allocation: open    # anybody proposes",
        `    decide: any ${fast}       # two of these and one that prepares share a server: 2 * ${fast} + ${majority} > 2 * ${length}`,
        "  - sets: 1..",
        `    decide: any ${majority}`,
        `    prepare: any ${majority}`,
      ];
    },
  },
  hierarchical: {
    about: ["Hierarchical quorums, as in ZooKeeper: a majority of the groups, and in each of them a majority."],
    servers: 9,
    takes: "a multiple of 3, from 9 on",
    body: (servers) => {
      const count = servers.length / 3;
      if (!Number.isInteger(count) || count < 3) return null;
      const groups = Array.from({ length: count }, (_, index) => `group-${index}`);
      return [
        "groups:",
        ...groups.map(
          (name, index) => `  ${name}: majority of (${servers.slice(3 * index, 3 * index + 3).join(", ")})`,
        ),
        "registers:",
        "  - sets: 0..",
        `    decide: majority of (${groups.join(", ")})`,
        `    prepare: majority of (${groups.join(", ")})`,
      ];
    },
  },
};

/** What `--like` takes. */
export const TEMPLATE_NAMES: readonly string[] = Object.keys(TEMPLATES);

const half = (count: number): number => Math.floor(count / 2);

/** As square as the number of servers allows. */
function gridBody(servers: readonly string[]): string[] | null {
  const columns = widestDivisor(servers.length);
  if (columns < 2) return null;
  const rows = servers.length / columns;
  const row = (index: number) => servers.slice(index * columns, (index + 1) * columns);
  const column = (index: number) => servers.filter((_, server) => server % columns === index);
  const names = (word: string, count: number) => Array.from({ length: count }, (_, index) => `${word}-${index}`);
  return [
    "groups:",
    ...names("row", rows).map((name, index) => `  ${name}: [${row(index).join(", ")}]`),
    ...names("column", columns).map((name, index) => `  ${name}: [${column(index).join(", ")}]`),
    "registers:",
    "  - sets: 0..",
    `    decide: ${names("row", rows).join(" or ")}`,
    `    prepare: ${names("column", columns).join(" or ")}`,
  ];
}

/** The greatest divisor that is at most the square root. */
function widestDivisor(count: number): number {
  for (let divisor = Math.floor(Math.sqrt(count)); divisor > 1; divisor--) if (count % divisor === 0) return divisor;
  return 1;
}

export interface TemplateRequest {
  readonly like: string;
  /** How many, or their names; null for as many as are usual. */
  readonly servers: number | readonly string[] | null;
  /** What editors read first: where the schema of the file is. */
  readonly schema: string;
}

/** The text of a table file, or in a sentence why there is none. */
export function tableText({
  like,
  servers,
  schema,
}: TemplateRequest): { readonly text: string } | { readonly problem: string } {
  const template = TEMPLATES[like];
  if (template === undefined) {
    return {
      problem: `there is no table like ${JSON.stringify(like)}: ${didYouMean(like, TEMPLATE_NAMES, `take one of ${TEMPLATE_NAMES.join(", ")}`)}`,
    };
  }
  const names = typeof servers === "object" && servers !== null ? servers : numbered(servers ?? template.servers);
  const body = names.length > SERVERS_MAX ? null : template.body(names);
  if (body === null) {
    return {
      problem: `a table like ${like} takes ${template.takes} of servers up to ${SERVERS_MAX}, not ${names.length}`,
    };
  }
  const lines = [
    schemaLine(schema),
    ...template.about.map((line) => `# ${line}`),
    "#",
    "# Verify it:         npx quorate verify FILE",
    "# What a rule asks:  npx quorate explain PQ",
    `servers: [${names.join(", ")}]`,
    ...body,
  ];
  return { text: `${lines.join("\n")}\n` };
}

const numbered = (count: number): string[] => Array.from({ length: count }, (_, server) => `S${server}`);

const schemaLine = (schema: string): string => `# yaml-language-server: $schema=${schema}`;

/** The text of a config to begin with. */
export const configText = (schema: string): string =>
  `${[
    schemaLine(schema),
    "# What quorate check verifies, and what it expects.",
    "options: # of quorate verify, for every table",
    "  max-seconds: 20",
    "tables: # later entries override earlier ones",
    '  - files: ["**/*quorum*.yaml", "!**/fixtures/**"]',
    "    # replay-coverage: 90% # the least share of transitions that replay must cover",
    "  # - files: fixtures/*.yaml",
    "  #   expect: unsafe # safe, if nothing is said",
    "  #   breaks: PQ",
    "  # - files: large.yaml",
    "  #   accept: # an open question, for now",
    "  #     inconclusive: { reason: too large for CI, until: 2027-01-31 }",
  ].join("\n")}\n`;
