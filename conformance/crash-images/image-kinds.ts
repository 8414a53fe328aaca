/** How crash images are made. */
export const IMAGE_KINDS = {
  kill: "a process killed, its writes in the page cache",
  powerCut: "power cut, all that was not synced lost",
  names: "power cut, each name that was not synced kept or lost",
  sectors: "power cut, each sector that was not synced written, lost, zeroed or stale",
  torn: "power cut, the last write torn at each of its bytes",
  killThenCut: "a process killed, another started, then power cut",
  failedSync: "a sync that failed and left its pages clean, another process started, then power cut",
  inRecovery: "crash in or after the recovery from one of these",
} as const;

export type ImageKind = keyof typeof IMAGE_KINDS;

export type Counts = Record<ImageKind, number>;

export const countsOfNone = (): Counts =>
  Object.fromEntries(Object.keys(IMAGE_KINDS).map((kind) => [kind, 0])) as Counts;

export const imagesIn = (counts: Readonly<Counts>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);
