import { expect, it } from "vitest";
import { serviceNamed } from "../network/services.js";

const kinds = ["lin-kv", "seq-kv", "lww-kv"];

it("stores put, read, and compare and set", () => {
  for (const kind of kinds) {
    const store = serviceNamed(kind)!;
    const ask = (body: object) => store.handle("n0", body as { type: string }, false);
    expect(ask({ type: "read", key: "a" })).toEqual({ type: "error", code: 20, text: 'there is no key "a"' });
    expect(ask({ type: "cas", key: "a", from: 1, to: 2 }).code).toBe(20);
    expect(ask({ type: "cas", key: "a", from: 1, to: 2, create_if_not_exists: true })).toEqual({ type: "cas_ok" });
    expect(ask({ type: "cas", key: "a", from: 1, to: 3, create_if_not_exists: true })).toEqual({
      ...{ type: "error", code: 22, text: "expected 1, but had 2" },
    });
    expect(ask({ type: "read", key: "a" })).toEqual({ type: "read_ok", value: 2 });
    expect(ask({ type: "write", key: "a", value: { b: 1 } })).toEqual({ type: "write_ok" });
    expect(ask({ type: "cas", key: "a", from: { b: 1 }, to: 4 })).toEqual({ type: "cas_ok" });
    // Keys are what they are in JSON.
    expect(ask({ type: "read", key: ["a"] }).code).toBe(20);
    expect(ask({ type: "delete", key: "a" })).toEqual({
      ...{ type: "error", code: 10, text: 'this service does not know "delete"' },
    });
  }
});

it("a sequential store may tell what was, and never goes back for whoever asks", () => {
  const store = serviceNamed("seq-kv-1")!;
  const ask = (src: string, body: object, isStale = false) =>
    store.handle(src, { key: "a", ...body } as unknown as { type: string }, isStale);
  const read = (src: string, isStale: boolean) => ask(src, { type: "read" }, isStale).value;
  for (const value of [1, 2, 3]) ask("n0", { type: "write", value });
  // Who has written sees what he wrote; who has asked nothing may be told that there is nothing.
  expect(read("n0", true)).toBe(3);
  expect(ask("n1", { type: "read" }, true).code).toBe(20);
  expect([read("n1", false), read("n1", true)]).toEqual([3, 3]);
  ask("n0", { type: "write", value: 4 });
  expect(read("n1", true)).toBe(3);
  // What changes anything happens in the newest state, and so does a comparison.
  expect(ask("n1", { type: "cas", from: 3, to: 5 }, true).code).toBe(22);
  expect(ask("n1", { type: "cas", from: 4, to: 5 }, true)).toEqual({ type: "cas_ok" });
  expect([read("n1", true), read("n0", true), read("n0", false)]).toEqual([5, 4, 5]);
});

it("a clock gives each number once", () => {
  const clock = serviceNamed("lin-tso")!;
  expect([0, 1, 2].map(() => clock.handle("n0", { type: "ts" }, false).ts)).toEqual([0, 1, 2]);
});

it("stores of other names are other stores, and other names are nobody's", () => {
  const [one, two] = [serviceNamed("lin-kv-1")!, serviceNamed("lin-kv-2")!];
  one.handle("n0", { type: "write", key: 0, value: 1 }, false);
  expect(two.handle("n0", { type: "read", key: 0 }, false).code).toBe(20);
  expect(serviceNamed("lin-kv2")).toBeNull();
  expect(serviceNamed("n7")).toBeNull();
});
