/** What a parameter of a system may be, to be chosen from. */
import type { Parameter, ParameterValue, System } from "../../model/systems/system.js";

export function valuesOf(parameter: Parameter): ParameterValue[] {
  switch (parameter.kind) {
    case "choice":
      return [...parameter.choices];
    case "number": {
      const { least, most } = parameter;
      return Array.from({ length: most - least + 1 }, (_, index) => least + index);
    }
    case "members":
      return subsetsOf(Array.from({ length: parameter.most }, (_, member) => `${parameter.prefix}${member}`));
  }
}

/** What of these values is no parameter of the system, or may not be so, a sentence; null where all may. */
export function misfitIn(
  { name, parameters }: System,
  values: Readonly<Record<string, ParameterValue>>,
): string | null {
  for (const [key, value] of Object.entries(values)) {
    const parameter = parameters[key];
    if (parameter === undefined) return `${name} has no parameter called ${JSON.stringify(key)}.`;
    const allowed = valuesOf(parameter);
    if (!allowed.includes(value)) {
      return `${key} of ${name} cannot be ${value}: it is one of ${allowed.join(" ")}.`;
    }
  }
  return null;
}

/** All but the empty one, names with commas between. */
const subsetsOf = (names: readonly string[]): string[] =>
  Array.from({ length: 2 ** names.length - 1 }, (_, index) =>
    names.filter((_, member) => (((index + 1) >>> member) & 1) === 1).join(","),
  );
