import type { Vacuity } from "../../../model/kernel/index.js";

/** What never happened in any reachable state, a sentence each; none if everything did. */
export function vacuityWords({ neverTaken, vacuous }: Vacuity): string[] {
  return [
    ...(neverTaken.length === 0 ? [] : [`No run takes a step of ${listOf(neverTaken)}.`]),
    ...(vacuous.length === 0
      ? []
      : [
          `Nothing is shown of ${listOf(vacuous)}, whose ${vacuous.length === 1 ? "premise holds" : "premises hold"} in no state.`,
        ]),
  ];
}

const listOf = (names: readonly string[]): string =>
  names.length === 1 ? names[0]! : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
