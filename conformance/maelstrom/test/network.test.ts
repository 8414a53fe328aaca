import { expect, it } from "vitest";
import type { Body } from "../../adapter/messages.js";
import { Network } from "../network/network.js";

const envelope = (body: Body, src = "n0", dest = "n1") => ({ src, dest, body });

it("knows a message of another run by what it says, or else by its kind; the newest is meant", () => {
  const network = new Network();
  const old = network.send(envelope({ type: "a", x: 1, msg_id: 1 }));
  const same = network.send(envelope({ type: "a", x: 1, msg_id: 2 }));
  const newest = network.send(envelope({ type: "a", x: 2, in_reply_to: 3 }));
  expect(network.alike(envelope({ type: "a", x: 1, msg_id: 9 }), false)).toBe(same);
  expect(network.alike(envelope({ type: "a", x: 2 }), false)).toBe(newest);
  expect(network.alike(envelope({ type: "a", x: 3 }), false)).toBe(newest);
  expect(network.alike(envelope({ type: "b", x: 1 }), false)).toBeNull();
  expect(network.alike(envelope({ type: "a", x: 1 }, "n1", "n0"), false)).toBeNull();
  // What has come before comes again, and nothing else does.
  expect(network.alike(envelope({ type: "a", x: 1 }), true)).toBeNull();
  network.take(same);
  expect(network.alike(envelope({ type: "a", x: 1 }), true)).toBe(same);
  expect(network.alike(envelope({ type: "a", x: 1 }), false)).toBe(old);
});
