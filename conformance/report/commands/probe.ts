/**
 * What `probe` prints: what a store is worth as a register server, with what was seen and what the store tells of
 * itself.
 */
import type { Setting } from "../../../impl/stores/write-once-store.js";
import type { Probed } from "../../probe/probe.js";
import type { Paint } from "../../shell/terminal.js";
import { counted } from "../../words/words.js";
import { sectionOf } from "../pieces/section.js";
import { shellQuote } from "../verdict/reproduce.js";

export type ProbeVerdict = "safe" | "unsafe" | "inconclusive";

interface Check {
  readonly check: "put-if-absent" | "durable" | "stays";
  /** Null where the store does not tell, or the probe was interrupted. */
  readonly holds: boolean | null;
  readonly evidence: readonly string[];
}

export function probeVerdict(probed: Probed): ProbeVerdict {
  const found = checksOf(probed).map(({ holds }) => holds);
  if (found.includes(false)) return "unsafe";
  return found.includes(null) ? "inconclusive" : "safe";
}

const checksOf = (probed: Probed): readonly [Check, Check, Check] => [
  putIfAbsent(probed),
  { check: "durable", holds: holdsBy(probed.durability), evidence: probed.durability.map(sentence) },
  {
    check: "stays",
    holds: holdsBy(probed.retention),
    evidence: [...probed.retention.map(sentence), removalSentence(probed)],
  },
];

function putIfAbsent({ raced, clients, keys, seed }: Probed): Check {
  const { violation, keysRaced, winners } = raced;
  const check = "put-if-absent";
  if (violation !== null) {
    return { check, holds: false, evidence: [`after ${counted(keysRaced, "key")}: ${violation}`] };
  }
  const each = `${counted(keysRaced, "key")}, each put by ${counted(clients, "client")} at once: every key went to one of them, all were told which, and all read it`;
  const spread = `they went to ${counted(winners, "client")} (seed ${seed})`;
  return { check, holds: keysRaced < keys ? null : true, evidence: [`${each}; ${spread}`] };
}

function holdsBy(settings: readonly Setting[]): boolean | null {
  if (settings.some(({ means }) => means === "broken")) return false;
  return settings.some(({ means }) => means === "unknown") ? null : true;
}

const MARKS = { told: "✓", promised: "✓", unknown: "?", broken: "✗" } as const;

const sentence = ({ setting, means, because }: Setting): string => `${MARKS[means]} ${setting}: ${because}`;

function removalSentence({ removal, againstRemoval }: Probed): string {
  if (removal === "refused") return "✓ removal: it was refused";
  if (removal === "stays removed") return "✓ removal: a key that was removed takes nothing else";
  return `! removal: it is allowed, and then a key takes another text; nobody but a probe may remove: ${againstRemoval}`;
}

const HEADINGS = { "put-if-absent": "Put if absent", durable: "Durable before the answer", stays: "Stays" } as const;

export function renderProbe(probed: Probed, paint: Paint): string {
  const sections = checksOf(probed).map(({ check, holds, evidence }) => {
    const marked = check === "put-if-absent" ? evidence.map((line) => `${markOf(holds)} ${line}`) : evidence;
    return sectionOf(HEADINGS[check], marked, paint);
  });
  return [
    `${headline(probed, paint)}\n`,
    ...sections,
    sectionOf("Not explored", notExplored(probed), paint),
    `\n${paint("bold", "Reproduce")}\n  ${reproduce(probed)}\n`,
  ].join("");
}

const markOf = (holds: boolean | null): string => (holds === null ? "?" : holds ? "✓" : "✗");

function headline(probed: Probed, paint: Paint): string {
  const { store } = probed;
  switch (probeVerdict(probed)) {
    case "safe":
      return `${paint(["bold", "green"], "SAFE")}  ${store}  keys are put once, are durable before the answer, and stay`;
    case "unsafe":
      return `${paint(["bold", "red"], "UNSAFE")}  ${store}  ${failures(probed).join("; ")}`;
    case "inconclusive":
      return `${paint(["bold", "yellow"], "INCONCLUSIVE")}  ${store}  ${doubts(probed).join("; ")}`;
  }
}

const FAILURES = {
  "put-if-absent": "a key can be put twice",
  durable: "what was acknowledged may be lost in a crash",
  stays: "what was put may go away by itself",
} as const;

const DOUBTS = {
  "put-if-absent": "not all keys were tried",
  durable: "whether it is durable before the answer, the store does not tell",
  stays: "whether what was put stays, the store does not tell",
} as const;

const failures = (probed: Probed): string[] =>
  checksOf(probed).flatMap(({ check, holds }) => (holds === false ? FAILURES[check] : []));

const doubts = (probed: Probed): string[] =>
  checksOf(probed).flatMap(({ check, holds }) => (holds === null ? DOUBTS[check] : []));

function notExplored({ durability, retention, leftBehind, isInterrupted }: Probed): string[] {
  const promised = [...durability, ...retention].filter(({ means }) => means === "promised");
  return [
    "Chance decides which puts meet: all came from this machine, and none while the store crashed or was cut off.",
    "No power was cut: that what is on disk survives rests on the settings, and on the disk.",
    ...promised.map(
      ({ setting }) => `Nothing tells whether this store keeps what its documentation says (${setting}).`,
    ),
    ...(leftBehind === null ? [] : [`The keys of this probe could not all be removed; they begin with ${leftBehind}.`]),
    ...(isInterrupted ? ["It was interrupted before all keys were tried."] : []),
  ];
}

const reproduce = ({ store, clients, keys, seed }: Probed): string =>
  `npx quorate probe ${shellQuote(store)} --clients ${clients} --keys ${keys} --seed ${seed}`;

export function probeJson(probed: Probed): string {
  const { store, clients, keys, seed, raced, removal } = probed;
  return `${JSON.stringify({
    ...{ store, verdict: probeVerdict(probed), checks: checksOf(probed), raced, removal },
    settings: [...probed.durability, ...probed.retention],
    ...{ notExplored: notExplored(probed), clients, keys, seed, reproduce: reproduce(probed) },
  })}\n`;
}
