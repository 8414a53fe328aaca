import { execFileSync } from "node:child_process";

/** Whether tests that run one of these programs are left out, since it is not installed; on CI they fail instead. */
export const lacksProgram = (...names: readonly string[]): boolean =>
  process.env.CI === undefined && names.some((name) => !isInstalled(name));

function isInstalled(name: string): boolean {
  try {
    execFileSync("sh", ["-c", 'command -v "$0"', name], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
