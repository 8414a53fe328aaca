/** `quorate explore` and `quorate playground`: what they serve, to whom, and what they refuse. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { PageData } from "../../../explore/subject.js";
import { EXIT } from "../../../shell/exit-codes.js";
import { QUORATE, quorate } from "../../test/quorate.js";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), "quorate-explore-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

const TABLE = "spec/tables/wrong-singleton.yaml";

const dataIn = (html: string): PageData => JSON.parse(/id="data">(.*)<\/script>/.exec(html)![1]!);

/** What the server says to a request with this Host. */
const asked = (url: string, { host, method = "GET" }: { host?: string; method?: string } = {}) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = request(url, { method, ...(host !== undefined && { headers: { host } }) }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode!, text }));
    });
    sent.on("error", reject).end();
  });

async function served(...words: string[]): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [QUORATE, ...words, "--no-open"], { stdio: ["ignore", "pipe", "ignore"] });
  const [line] = await once(child.stdout!.setEncoding("utf8"), "data");
  return { child, url: line.trim() };
}

it("serves the table as it is now, to this machine alone, until it is told to end", async () => {
  const file = path.join(directory, "table.yaml");
  writeFileSync(file, readFileSync(TABLE));
  const { child, url } = await served("explore", file);
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  const page = await asked(url);
  expect(page.status).toBe(200);
  expect(dataIn(page.text).subject).toEqual({ kind: "table", file, text: readFileSync(TABLE, "utf8") });
  writeFileSync(file, readFileSync("spec/tables/singleton.yaml"));
  expect(dataIn((await asked(url)).text).subject).toMatchObject({
    text: readFileSync("spec/tables/singleton.yaml", "utf8"),
  });
  expect(await asked(url, { host: "elsewhere.example:80" })).toEqual({
    status: 403,
    text: "This page is for the machine that serves it.\n",
  });
  expect((await asked(`${url}other`)).status).toBe(404);
  expect((await asked(url, { method: "POST" })).status).toBe(405);
  rmSync(file);
  expect(await asked(url)).toEqual({
    status: 500,
    text: `${file}:1:1: cannot read ${JSON.stringify(file)}: there is no such file.\n`,
  });
  child.kill("SIGINT");
  expect((await once(child, "close"))[0]).toBe(EXIT.safe);
});

it("writes one file: of a table with its scope, of a system, and a playground with every bundled table", async () => {
  const file = path.join(directory, "page.html");
  const written = async (...words: string[]) => {
    const { code, stdout } = await quorate(...words, "--output", file);
    expect([code, stdout]).toEqual([0, `${file} is written: one page that needs neither a server nor a network.\n`]);
    return dataIn(readFileSync(file, "utf8"));
  };
  const scopeOptions = "--register-sets 2 --values 3 --clients 3 --freeze register --writes-freeze".split(" ");
  expect(await written("explore", TABLE, ...scopeOptions)).toMatchObject({
    subject: { kind: "table", file: TABLE },
    scope: {
      registerSets: 2,
      values: 3,
      clients: 3,
      variant: { freezes: "register", writesFreezeBelow: true },
    },
    isPlayground: false,
  });
  expect((await written("explore", "--system", "leases", "--variant", "sound")).subject).toEqual({
    kind: "system",
    system: "leases",
    variant: "sound",
    values: {},
  });
  const { subject, examples, isPlayground } = await written("playground");
  expect([subject.kind, isPlayground]).toEqual(["table", true]);
  const tables = Object.keys(JSON.parse(readFileSync("spec/tables/manifest.json", "utf8")));
  expect(1 + examples.length).toBeGreaterThanOrEqual(Math.min(50, tables.length));
});

it.each([
  [["explore"], EXIT.usage, "name one quorum table file, or one system as in quorate explore --system leases"],
  [["explore", TABLE, "--system", "leases"], EXIT.usage, "name one quorum table file, or one system"],
  [["explore", "--system", "leses"], EXIT.usage, 'there is no system called "leses": did you mean "leases"?'],
  [
    ["explore", "--system", "leases", "--variant", "x"],
    EXIT.usage,
    'there is no variant of leases called "x": there are ',
  ],
  [["explore", "--system", "leases", "--values", "3"], EXIT.usage, "--values is for tables; a system's parameters are"],
  [
    ["explore", "--system", "leases", "--freeze", "row"],
    EXIT.usage,
    "--freeze is for tables; a system's parameters are",
  ],
  [
    ["explore", TABLE, "--clients", "3", "--values", "2"],
    EXIT.usage,
    "--clients 3 need an input each, but --values is",
  ],
  [["explore", TABLE, "--variant", "x"], EXIT.usage, "--variant is for systems, and a table has none"],
  [["explore", "none.yaml"], EXIT.unreadable, 'none.yaml:1:1: cannot read "none.yaml": there is no such file.'],
  [
    ["explore", "spec/tables/singleton.yaml", "--output", "/no/such/page.html"],
    EXIT.unavailable,
    "cannot write /no/such/page.html",
  ],
])("refuses in one sentence: %s", async (words, exitCode, sentence) => {
  const { code, stdout, stderr } = await quorate(...words);
  expect([code, stdout]).toEqual([exitCode, ""]);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).toContain(sentence);
});

it("says where a port is in use", async () => {
  const { child, url } = await served("playground");
  const { port } = new URL(url);
  const { code, stderr } = await quorate("playground", "--no-open", "--port", port);
  expect([code, stderr]).toEqual([EXIT.unavailable, `quorate: cannot serve on port ${port}: EADDRINUSE\n`]);
  child.kill("SIGTERM");
  await once(child, "close");
});
