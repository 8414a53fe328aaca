import { expect, it } from "vitest";
import { serviceNamed } from "../network/services.js";

const kinds = ["lin-kv", "seq-kv", "lww-kv"];

it("stores put, read, and compare and set", () => {
  for (const kind of kinds) {
    const store = serviceNamed(kind)!;
    const ask = (body: object) => store.handle("n0", body as { type: string });
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

it("a clock gives each number once", () => {
  const clock = serviceNamed("lin-tso")!;
  expect([0, 1, 2].map(() => clock.handle("n0", { type: "ts" }).ts)).toEqual([0, 1, 2]);
});

it("stores of other names are other stores, and other names are nobody's", () => {
  const [one, two] = [serviceNamed("lin-kv-1")!, serviceNamed("lin-kv-2")!];
  one.handle("n0", { type: "write", key: 0, value: 1 });
  expect(two.handle("n0", { type: "read", key: 0 }).code).toBe(20);
  expect(serviceNamed("lin-kv2")).toBeNull();
  expect(serviceNamed("n7")).toBeNull();
});
