/** What an exploration has shown nothing of: actions that no state enables, properties whose premise holds nowhere. */
import type { Explored } from "./explored.js";

/** A clause each; none where not every state was explored. */
export function vacuousIn({ exploration: { vacuity } }: Explored): string[] {
  if (vacuity === null) return [];
  return [
    ...vacuity.neverTaken.map((action) => `action ${JSON.stringify(action)} is never taken`),
    ...vacuity.vacuous.map(premiseNeverHolds),
  ];
}

export const premiseNeverHolds = (property: string): string => `the premise of ${JSON.stringify(property)} never holds`;
