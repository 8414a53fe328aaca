/**
 * `verify --adapter` as users run it: the examples, what is printed of a fault, the transcript, what does not go
 * together.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isThorough } from "../../../spec/test/effort.js";
import { quorate } from "../../cli/test/quorate.js";
import { FREEDOMS } from "../../replay/foreign/freedoms.js";
import { lacksProgram } from "./programs.js";

let directory: string;
/** Of two servers, and of one. */
let table: string;
let lonely: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-adapter-test-"));
  const tableOf = (name: string, servers: string): string => {
    const file = path.join(directory, `${name}.yaml`);
    writeFileSync(file, `{name: ${name}, servers: [${servers}], registers: [{sets: 0..1, decide: all}]}`);
    return file;
  };
  table = tableOf("both", "S0, S1");
  lonely = tableOf("lonely", "S0");
});
afterAll(() => rmSync(directory, { recursive: true }));

/** The example with a line of it changed. */
function changed(example: string, line: string, faulty: string): string {
  const source = readFileSync(`examples/adapters/${example}`, "utf8");
  expect(source.split(line)).toHaveLength(2);
  const file = path.join(directory, example);
  writeFileSync(file, source.replace(line, faulty));
  return file;
}

interface Example {
  /** What runs it, or makes a program of it. */
  readonly program: string;
  readonly example: string;
  /** The words that make a program of a file; left out where it is run as it is. */
  readonly compile?: (source: string, binary: string) => readonly string[];
  /** It does not go back to snapshots: two servers take it hundreds of processes, which thorough tests start. */
  readonly startsAnew?: boolean;
  readonly line: string;
  readonly faulty: string;
  readonly shows: string;
  /** As sentences. */
  readonly freedoms?: readonly string[];
}

const EXAMPLES: readonly Example[] = [
  {
    program: "python3",
    example: "acceptor.py",
    line: '        self.disk["promised"] = self.promised\n',
    faulty: "",
    shows: "S0 holds nothing in R0 where the model holds nil after a restart",
  },
  {
    program: "python3",
    example: "proposer.py",
    freedoms: ["the client waits for more servers than it must before it proposes"],
    line: "max(told)[1] if told else self.value",
    faulty: "self.value",
    shows: "the client of R1 with input B, having heard {S0}, proposes B where the model allows only A",
  },
  {
    program: "node",
    example: "store.mjs",
    line: "if (this.cache.has(register))",
    faulty: "if (this.cache.get(register))",
    shows: "S0 answered that R0 holds A where R0 of the model holds nil",
  },
  {
    program: "cc",
    example: "acceptor.c",
    compile: (source, binary) => ["-Wall", "-Werror", "-o", binary, source],
    startsAnew: true,
    line: "    promised = set;\n    save();\n",
    faulty: "    promised = set;\n",
    shows: "S0 holds nothing in R0 where the model holds nil after a restart",
  },
  {
    program: "go",
    example: "acceptor.go",
    compile: (source, binary) => ["build", "-o", binary, source],
    startsAnew: true,
    line: "\t\ta.append(record{Register: register})\n",
    faulty: "",
    shows: "S0 holds nothing in R0 where the model holds nil after a restart",
    freedoms: [FREEDOMS["alters half characters"]],
  },
];

/** What starts the adapter of this file. */
function started({ program, compile }: Example, source: string): string {
  if (compile === undefined) return `${program} ${source}`;
  const binary = path.join(directory, `${path.basename(source)}.program`);
  const env = { ...process.env, GOFLAGS: "-p=2", GOCACHE: path.join(directory, "go") };
  execFileSync(program, compile(source, binary), { env, stdio: ["ignore", "ignore", "inherit"] });
  return binary;
}

/** However busy the machine and its disk are, all is replayed. */
const verifiedInJson = (file: string, ...words: readonly string[]) =>
  quorate("verify", file, "--exhaust", "--format=json", ...words);

describe.each(EXAMPLES)("$example", (tried) => {
  const { program, example, startsAnew = false, line, faulty, shows, freedoms = [] } = tried;
  it.skipIf(lacksProgram(program))(
    `agrees, and its seeded fault is shown (left out where ${program} is not installed)`,
    async () => {
      const file = startsAnew && !isThorough ? lonely : table;
      const transcript = path.join(directory, `${example}.txt`);
      const command = started(tried, `examples/adapters/${example}`);
      const { code, stdout } = await verifiedInJson(file, "--adapter", command, "--transcript", transcript);
      const { replay } = JSON.parse(stdout);
      expect(code).toBe(0);
      expect(replay).toMatchObject({ agrees: true, tracesOverTcp: 0, adapter: { command, freedoms } });
      expect(replay.transitionsCovered).toBe(replay.transitionsReachable);
      expect(readFileSync(transcript, "utf8")).toMatch(
        /^→ \{"src":"quorate","dest":"S0","body":\{"type":"init","node_id":"S0"/,
      );

      const broken = await verifiedInJson(file, "--adapter", started(tried, changed(example, line, faulty)));
      expect([broken.code, JSON.parse(broken.stdout).divergence.what]).toEqual([3, shows]);
    },
  );
});

it("an adapter that cannot reset, and goes back to snapshots, takes few processes", async () => {
  const file = changed("store.mjs", 'can: ["reset", "crash", "snapshot"]', 'can: ["crash", "snapshot"]');
  const transcript = path.join(directory, "anew.txt");
  const { code, stdout } = await verifiedInJson(table, "--adapter", `node ${file}`, "--transcript", transcript);
  const { transitionsCovered, transitionsReachable } = JSON.parse(stdout).replay;
  expect([code, transitionsCovered]).toEqual([0, transitionsReachable]);
  // One for the replay, one for its second part, and one for each group of awkward values; all of them are both nodes.
  expect(readFileSync(transcript, "utf8").match(/^→.*"type":"init","node_id":"S0"/gm)).toHaveLength(6);
});

it("a conversation that fails is shown with its last lines, exit 70", async () => {
  const { code, stderr } = await quorate("verify", table, "--adapter", "echo hello; cat >/dev/null");
  expect(code).toBe(70);
  const complaint = `${table}: the adapter echo hello; cat >/dev/null sent a line that is not JSON; what is not a message belongs on stderr`;
  const lines = stderr.slice(stderr.indexOf(table)).trimEnd().split("\n");
  expect([lines[0], lines.at(-1)]).toEqual([complaint, "  ← hello"]);
});

it("a transcript that cannot be written is told of before anything is verified", async () => {
  const file = path.join(table, "t.txt");
  const { code, stdout, stderr } = await quorate("verify", table, "--adapter", "cat", "--transcript", file);
  expect([code, stdout, stderr.startsWith(`quorate: cannot write ${file}: `)]).toEqual([69, "", true]);
});

it.skipIf(!existsSync("/dev/full"))("a transcript for which no space is left ends it, exit 69", async () => {
  const words = ["--adapter", "node examples/adapters/store.mjs", "--transcript", "/dev/full"];
  const { code, stderr } = await quorate("verify", table, ...words);
  expect([code, stderr.trimEnd().split("\n").at(-1)]).toEqual([
    69,
    `${table}: cannot write /dev/full: no space is left on the device`,
  ]);
});

it.each([
  [["--transcript", "t.txt"], "error: --transcript is of what is said to an --adapter, and there is none"],
  [["--adapter", "x", "--no-replay"], "error: --adapter says whom to replay: leave out --no-replay"],
  [
    ["--adapter", "x", "--messages"],
    "error: --messages replays Quorate's own clients and servers: leave out --adapter",
  ],
  [
    ["--adapter", "tcp://nowhere"],
    'error: "tcp://nowhere" is no address of an adapter: write tcp://HOST:PORT, as in tcp://127.0.0.1:7000',
  ],
])("refuses %j in one sentence", async (words, sentence) => {
  const { code, stderr } = await quorate("verify", table, ...words);
  expect([code, stderr.split("\n")[0]]).toEqual([64, sentence]);
});
