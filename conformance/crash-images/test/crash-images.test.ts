/** `crash-images` as people and programs run it, on the code as it is. */
import { spawn } from "node:child_process";
import { describe, expect, it } from "vitest";
import { QUORATE, quorate } from "../../cli/test/quorate.js";

const crashImages = async (...words: string[]) => (await quorate("crash-images", ...words)).stdout;

describe("crash-images", () => {
  it("makes images of every kind, all of which come back as they must, and the same ones whoever makes them", async () => {
    // Of few machines: a history's torn writes come after all other images of two histories.
    const words = ["--table", "spec/tables/single-server.yaml", "--seed", "2", "--images", "17000", "--format", "json"];
    const first = await crashImages(...words, "--workers", "1");
    const { verdict, images, kinds, different, bad, reproduce } = JSON.parse(first);
    expect({ verdict, bad, reproduce }).toEqual({
      verdict: "fine",
      bad: null,
      reproduce: "npx quorate crash-images --table spec/tables/single-server.yaml --seed 2 --images 17000",
    });
    expect(images).toBeGreaterThanOrEqual(17_000);
    for (const kind of ["kill", "powerCut", "names", "sectors", "torn", "killThenCut", "failedSync", "inRecovery"]) {
      expect(kinds[kind]).toBeGreaterThan(20);
    }
    expect(different).toBeGreaterThan(images / 20);
    expect(different).toBeLessThan(images / 2);
    expect(await crashImages(...words, "--workers", "2")).toBe(first);
  });

  it("says of what the images are, in text", async () => {
    const text = await crashImages("--table", "spec/tables/three-majority.yaml", "--seed", "7", "--images", "1000");
    expect(text).toMatch(/^FINE {2}three-majority {2}1,\d{3} crash images: everything promised is there after each/);
    expect(text).toMatch(/\nReproduce\n {2}npx quorate crash-images --table \S+ --seed 7 --images 1000\n$/);
  });

  it("ends with what it has when it is asked to", async () => {
    const child = spawn(process.execPath, [QUORATE, "crash-images", "--images", "1000000000", "--format", "json"]);
    let told = "";
    child.stdout.on("data", (text) => {
      told += text;
    });
    // It says so once it is under way, which may take long on a busy machine.
    child.stderr.once("data", () => child.kill("SIGTERM"));
    const code = await new Promise((resolve) => child.on("close", resolve));
    const { verdict, images, bad } = JSON.parse(told);
    expect({ code, verdict, bad }).toEqual({ code: 2, verdict: "inconclusive", bad: null });
    expect(images).toBeGreaterThan(0);
  });

  it("refuses a table that cannot be read, and numbers that are none", async () => {
    const failing = async (...words: string[]) => {
      const { code, stderr } = await quorate("crash-images", ...words);
      return { code, line: stderr.split("\n")[0] };
    };
    expect(await failing("--table", "no-such.yaml")).toMatchObject({ code: 65 });
    expect(await failing("--images", "many")).toEqual({
      code: 64,
      line: "error: option '--images <n>' argument 'many' is invalid. It must be a whole number from 1 to 1000000000000.",
    });
  });
});
