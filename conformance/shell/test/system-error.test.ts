import { describe, expect, it } from "vitest";
import { CommandError } from "../command-error.js";
import { explainSystemError, systemErrorSentence } from "../system-error.js";

const systemError = (code: string, path?: string) =>
  Object.assign(new Error(`${code}: as the system says it, open`), { code, syscall: "open", ...(path && { path }) });

describe("what the operating system refuses", () => {
  it.each([
    ["EACCES", "there is no permission for it; give it to this user, or name another directory with --data"],
    ["ENOSPC", "no space is left on the device; make room, then start again: nothing was promised that is not on disk"],
    ["EIO", "the device failed; look after it, then start again: nothing was promised that is not on disk"],
    ["EMFILE", "this process has too many files open; raise the limit (ulimit -n)"],
  ])("is said in one sentence, with what to do (%s)", (code, sentence) => {
    expect(systemErrorSentence(systemError(code, "/data"))).toBe(`/data: ${sentence} (${code})`);
    const explained = explainSystemError("cannot use /data", systemError(code)) as CommandError;
    expect(explained).toBeInstanceOf(CommandError);
    expect([explained.exitCode, explained.message]).toEqual([69, `cannot use /data: ${sentence} (${code})`]);
  });

  it("is said in the system's words where there are no better ones, and is never taken for a fault of Quorate", () => {
    const explained = explainSystemError("cannot use /data", systemError("EOWNERDEAD")) as CommandError;
    expect([explained.exitCode, explained.message]).toEqual([
      69,
      "cannot use /data: EOWNERDEAD: as the system says it, open",
    ]);
  });

  it("is told apart from faults of Quorate", () => {
    for (const fault of [new TypeError("x is not a function"), "a string"]) {
      expect(explainSystemError("cannot use /data", fault)).toBe(fault);
    }
  });
});
