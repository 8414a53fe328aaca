/**
 * Adapters that keep states and go back to them: what that spares, that it hides no fault, and those that go back to
 * another state.
 */
import { describe, expect, it } from "vitest";
import { AdapterError } from "../adapter-error.js";
import type { Body } from "../messages.js";
import { Acceptor, acceptors } from "./acceptors.js";
import type { Handler } from "./local-adapter.js";
import { type Trial, verifiedWith } from "./verified.js";

const CAN = ["reset", "crash", "observe"];
const WITH_SNAPSHOTS = [...CAN, "snapshot"];

/** The handler, and how often it was asked for each kind of message. */
function counted(handler: Handler): { readonly handler: Handler; readonly asked: Map<string, number> } {
  const asked = new Map<string, number>();
  const counting: Handler = (node, body) => {
    asked.set(body.type, (asked.get(body.type) ?? 0) + 1);
    return handler(node, body);
  };
  return { handler: counting, asked };
}

describe("snapshots", () => {
  it("spare most of what a node would be told again", async () => {
    const toldWith = async (can: readonly string[]) => {
      const { handler, asked } = counted(acceptors({ can }));
      const { verdict, replay } = await verifiedWith(handler, { table: "single" });
      expect([verdict, replay!.transitionsCovered]).toEqual(["safe", replay!.transitionsReachable]);
      const told = ["prepare", "write", "crash", "reset"].map((type) => asked.get(type) ?? 0);
      return { told: told.reduce((sum, count) => sum + count, 0), restores: asked.get("restore") ?? 0 };
    };
    const anew = await toldWith(CAN);
    const restored = await toldWith(WITH_SNAPSHOTS);
    expect(anew.restores).toBe(0);
    expect(restored.restores).toBeGreaterThan(0);
    expect(restored.told).toBeLessThan(0.7 * anew.told);
  });

  it("hide no fault, and no part of the run that shows it", async () => {
    class Forgetful extends Acceptor {
      override save() {
        this.disk.accepted = [...this.accepted];
      }
    }
    class Late extends Acceptor {
      override mayWrite(register: number) {
        return super.mayWrite(register) && this.accepted.size === 0;
      }
    }
    for (const kind of [Forgetful, Late]) {
      const shownWith = async (can: readonly string[]) => {
        const { verdict, divergence } = await verifiedWith(acceptors({ kind, can }), { table: "both" });
        return { verdict, what: divergence?.what, steps: divergence?.steps };
      };
      const shown = await shownWith(WITH_SNAPSHOTS);
      expect(shown.verdict).toBe("diverges");
      expect(shown).toEqual(await shownWith(CAN));
    }
  });
});

/** Good but for its answers of this type, or for what it is asked with it. */
function but(type: string, change: (answer: Body, body: Body) => object): Handler {
  const good = acceptors({ can: WITH_SNAPSHOTS });
  return (node, body) => {
    const answer = good(node, body) as Body;
    return body.type === type ? (change(answer, body) as Body) : answer;
  };
}

/** Good but for the snapshot that it goes back to. */
function restoring(other: (snapshot: string) => string): Handler {
  const good = acceptors({ can: WITH_SNAPSHOTS });
  return (node, body) =>
    good(node, body.type === "restore" ? { ...body, snapshot: other(body.snapshot as string) } : body);
}

/** What it takes is not on its disk after a restart, once it has gone back to any state: nobody sees that before. */
class Unplugged extends Acceptor {
  override save() {
    if (!isUnplugged) super.save();
  }
}
let isUnplugged = false;

function unplugging(): Handler {
  isUnplugged = false;
  const plain = acceptors({ kind: Unplugged, can: WITH_SNAPSHOTS });
  return (node, body) => {
    if (body.type === "restore") isUnplugged = true;
    if (body.type === "reset") isUnplugged = false;
    return plain(node, body);
  };
}

const complaintAbout = async (handler: Handler, trial: Trial = {}): Promise<string> => {
  const error = await verifiedWith(handler, trial).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(AdapterError);
  return (error as AdapterError).message.replace(/^the adapter \S+ /, "");
};

describe("of an adapter that does not go back to where it was is said", () => {
  it.each<[string, Handler, string]>([
    [
      "no name",
      but("snapshot", () => ({ type: "snapshot_ok" })),
      'sent "snapshot_ok" with "snapshot": nothing, which is no name',
    ],
    [
      "a number for a name",
      but("snapshot", (answer) => ({ ...answer, snapshot: 7 })),
      'sent "snapshot_ok" with "snapshot": 7, which is no name',
    ],
    [
      "one name for all",
      but("snapshot", (answer) => ({ ...answer, snapshot: "latest" })),
      'calls two snapshots of S0 by one name, "latest"',
    ],
    [
      "a snapshot that it does not find",
      but("restore", () => ({ type: "error", text: "no such snapshot" })),
      'answered "restore" with "error": no such snapshot, not with "restore_ok"',
    ],
    [
      "another state",
      restoring(() => "0"),
      'has restored snapshot "3" of S0 with all below R0 frozen, where it was taken with all below R1 frozen',
    ],
    [
      "a state that is another only after a crash",
      unplugging(),
      "restores another state than it was in: S0 holds nothing in R0 where the model holds A after a restart, which it never does when it is told everything again",
    ],
    [
      "no way to see what it has restored",
      acceptors({ can: ["reset", "crash", "snapshot"] }),
      'can "snapshot" and not "observe", so that nobody sees what it has restored',
    ],
    [
      "snapshots of a client",
      () => ({ type: "init_ok", quorate: { version: 1, role: "proposer", can: ["reset", "snapshot"] } }),
      'can "snapshot", which is asked of stores and acceptors, and not of a proposer',
    ],
  ])("%s", async (_, handler, complaint) => {
    expect(await complaintAbout(handler)).toBe(complaint);
  });
});
