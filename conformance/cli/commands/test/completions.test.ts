/** What shells complete is what the commands take: asked of bash itself, and read in the other two scripts. */
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../program.js";
import { quorate } from "../../test/quorate.js";
import { completions, wordsOf } from "../completions.js";

const commands = wordsOf(createProgram());

/** What bash offers at the end of the command line. */
function offered(...words: string[]): string[] {
  const line = ["quorate", ...words];
  const script = `${completions.bash(commands)}
COMP_WORDS=(${line.map((word) => `'${word}'`).join(" ")})
COMP_CWORD=${line.length - 1}
_quorate
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync("bash", ["--norc", "-c", script], { encoding: "utf8" }).split("\n").filter(Boolean);
}

describe("in bash", () => {
  it("completes commands, their options, choices and names, and files where files go", () => {
    expect(offered("ver")).toEqual(["verify"]);
    expect(offered("")).toEqual(expect.arrayContaining(["check", "explore", "help"]));
    expect(offered("verify", "--form")).toEqual(["--format"]);
    expect(offered("verify", "--format", "j")).toEqual(["json", "junit"]);
    expect(offered("verify", "--freeze", "")).toEqual(["row", "register"]);
    expect(offered("export", "it")).toContain("itf");
    expect(offered("systems", "kaf")).toEqual(["kafka-isr", "kafka-replication"]);
    expect(offered("explore", "--system", "lea")).toEqual(["leader", "leases"]);
    expect(offered("verify", "spec/tables/three-m")).toEqual(["spec/tables/three-majority.yaml"]);
    expect(offered("verify", "--adapter", "READ")).toEqual(["README.md"]);
    expect(offered("verify", "--seed", "no-such-file")).toEqual([]);
  });
});

describe.each(["bash", "zsh", "fish"] as const)("the script for %s", (shell) => {
  it("is printed, and knows every option of every command", async () => {
    const { code, stdout, stderr } = await quorate("completions", shell);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(completions[shell](commands));
    for (const { name, options } of commands) {
      const own = stdout
        .split("\n")
        .filter((line) => line.includes(name))
        .join("\n");
      for (const { flag } of options) expect(own).toContain(shell === "fish" ? `-l ${flag.slice(2)} ` : flag);
    }
  });

  it("quotes what descriptions say", () => {
    const words = [{ name: "a", description: "it's [so]", options: [], words: [] }];
    const script = completions[shell](words);
    if (shell !== "bash") expect(script).toContain(String.raw`it'\''s`);
  });
});

it("says which shells there are", async () => {
  const { code, stderr } = await quorate("completions", "powershell");
  expect(code).toBe(64);
  expect(stderr).toContain("Allowed choices are bash, zsh, fish.");
});
