import { describe, expect, it } from "vitest";
import { paintFor } from "../terminal.js";

const painted = (isTTY: boolean, environment: NodeJS.ProcessEnv) => paintFor({ isTTY }, environment)("red", "text");

describe("colours", () => {
  it("are for terminals only", () => {
    expect(painted(true, {})).toBe("\u001b[31mtext\u001b[39m");
    expect(painted(false, {})).toBe("text");
    expect(paintFor({}, {})("red", "text")).toBe("text");
  });

  it("go away with NO_COLOR, unless it is empty, and with a dumb terminal", () => {
    expect(painted(true, { NO_COLOR: "1" })).toBe("text");
    expect(painted(true, { NO_COLOR: "" })).toContain("\u001b[31m");
    expect(painted(true, { TERM: "dumb" })).toBe("text");
  });

  it("are as FORCE_COLOR says where it is given, whatever else there is", () => {
    expect(painted(false, { FORCE_COLOR: "1", NO_COLOR: "1", TERM: "dumb" })).toContain("\u001b[31m");
    expect(painted(false, { FORCE_COLOR: "" })).toContain("\u001b[31m");
    expect(painted(true, { FORCE_COLOR: "0" })).toBe("text");
    expect(painted(true, { FORCE_COLOR: "false" })).toBe("text");
  });
});
