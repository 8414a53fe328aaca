/**
 * The disks that a crash at one moment may leave, one after the other, the simplest first.
 *
 * What was synced is there. Of what was not, every name may be missing; every sector may be as it was before, and where
 * the file ended before, zeros or what an earlier file left there; and the last write may be torn at every byte.
 */
import { applyTo, type CrashState, type Pending, type SectorChange } from "../../impl/simulation/crash-state.js";
import type { IoLog, Operation } from "../../impl/simulation/io-log.js";
import { SECTOR_BYTES, type Volume } from "../../impl/simulation/volume.js";
import type { Dice } from "../chance/dice.js";
import type { ImageKind } from "./image-kinds.js";

export interface Image {
  readonly kind: ImageKind;
  readonly volume: Volume;
  /** What became of what was not synced, for a sentence. */
  readonly left: () => string;
}

/** Up to this many pending changes, every subset is made; of more, as many as these have, at random. */
const SUBSETS_OF = 6;
const SUBSETS_MAX = 2 ** SUBSETS_OF;

/** What becomes of a sector. */
type Fate = "new" | "lost" | "zeroed" | "stale";

/** The names and sectors that were not synced are there or not. */
export function* imagesOf(
  state: CrashState,
  { log, dice }: { readonly log: IoLog<unknown>; readonly dice: Dice },
): Generator<Image> {
  const { pending } = state;
  yield { kind: "powerCut", volume: state.with([]), left: () => "nothing of what was not synced" };
  const names = pending.filter(({ kind }) => kind === "names");
  const sectors = pending.filter((change): change is SectorChange => change.kind === "sector");
  if (names.length > 0) yield* withSomeNames(state, names, log);
  if (sectors.length > 0) yield* withSomeSectors(state, sectors, { log, dice });
}

/** The names that were kept, with all content and with none. */
function* withSomeNames(state: CrashState, names: readonly Pending[], log: IoLog<unknown>): Generator<Image> {
  for (let subset = 0; subset < Math.min(2 ** names.length, SUBSETS_MAX); subset++) {
    const isKept = (change: Pending) => subset & (1 << names.indexOf(change));
    for (const hasContent of [false, true]) {
      // Nothing of either is the power cut.
      if (subset === 0 && !hasContent) continue;
      const kept = state.pending.filter((change) => (change.kind === "names" ? isKept(change) : hasContent));
      const lost = names.filter((change) => !isKept(change));
      const left = () =>
        `${hasContent ? "all" : "nothing"} of the content that was not synced; of names, lost: ${namesOf(lost, log)}`;
      yield { kind: "names", volume: state.with(kept), left };
    }
  }
}

const namesOf = (changes: readonly Pending[], log: IoLog<unknown>): string =>
  changes.length === 0
    ? "none"
    : changes
        .map(({ operation }) =>
          operation < 0 ? "one from before" : log.describe(log.operations[operation]!, () => ""),
        )
        .join(", ");

/** Each sector as it may be, with all names. */
function* withSomeSectors(
  state: CrashState,
  sectors: readonly SectorChange[],
  { log, dice }: { readonly log: IoLog<unknown>; readonly dice: Dice },
): Generator<Image> {
  const fates = sectors.map((sector) => fatesOf(state, sector));
  const combinations = fates.reduce((count, { length }) => count * length, 1);
  for (let taken = 0; taken < Math.min(combinations, SUBSETS_MAX); taken++) {
    let rest = combinations > SUBSETS_MAX ? dice.below(2 ** 30) : taken;
    const chosen = fates.map((possible) => {
      const fate = possible[rest % possible.length]!;
      rest = Math.floor(rest / possible.length);
      return fate;
    });
    const fateOf = new Map<Pending, Fate>(sectors.map((sector, index) => [sector, chosen[index]!]));
    const volume = state.with([]);
    for (const change of state.pending) applyFate(volume, change, fateOf.get(change) ?? "new");
    const left = () =>
      `of the sectors that were not synced: ${sectors.map((sector) => `${placeOf(sector, log)} ${FATE_WORDS[fateOf.get(sector)!]}`).join(", ")}`;
    yield { kind: "sectors", volume, left };
  }
}

const FATE_WORDS: Record<Fate, string> = { new: "written", lost: "lost", zeroed: "zeroed", stale: "stale" };

const placeOf = ({ file, position, bytes }: SectorChange, log: IoLog<unknown>): string =>
  `${log.nameOf(file)} ${position} to ${position + bytes.length - 1}`;

/**
 * Where there was something, it is there until the sector is written; where the file is longer than before, anything
 * may be.
 */
function fatesOf(state: CrashState, { file, position }: SectorChange): readonly Fate[] {
  const isBeyond = file >= state.durable.nodeCount || position >= state.durable.lengthOf(file);
  if (!isBeyond) return ["new", "lost"];
  return position > 0 ? ["new", "lost", "zeroed", "stale"] : ["new", "lost", "zeroed"];
}

function applyFate(volume: Volume, change: Pending, fate: Fate): void {
  if (fate === "lost") return;
  if (change.kind === "names" || fate === "new") {
    applyTo(volume, change);
    return;
  }
  const { file, position, bytes } = change;
  // Stale: an earlier sector of the file, as where a file was that had the same content.
  const content = new Uint8Array(bytes.length);
  if (fate === "stale") volume.read(file, Math.max(0, position - bytes.length), content);
  volume.write(file, position, content);
}

/** The last write, if the last operation was one, up to each byte, with all that was written besides and without. */
export function* tornImages(state: CrashState, last: Operation<unknown>, log: IoLog<unknown>): Generator<Image> {
  if (last.do !== "write") return;
  const { file, position, bytes } = last;
  const count = Math.ceil((position + bytes.length) / SECTOR_BYTES) - Math.floor(position / SECTOR_BYTES);
  const others = state.pending.slice(0, state.pending.length - count);
  const names = others.filter(({ kind }) => kind === "names");
  const bases = others.length > names.length ? [others, names] : [others];
  for (const [index, base] of bases.entries()) {
    const before = state.with(base);
    for (let length = 1; length < bytes.length; length++) {
      const volume = before.copy();
      volume.write(file, position, bytes.subarray(0, length));
      const left = () =>
        `${index === 0 ? "all" : "nothing"} of what was written before and not synced, and the first ${length} of ${bytes.length} bytes of the last write to ${log.nameOf(file)}`;
      yield { kind: "torn", volume, left };
    }
  }
}
