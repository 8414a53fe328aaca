/** What `quorate systems` is asked, checked: unknown names get a hint, values that cannot be a sentence. */
import { availableParallelism } from "node:os";
import type { Bounds } from "../../../model/questions/index.js";
import { systemNamed, systems, variantNamed } from "../../../model/systems/registry.js";
import { pinsFor } from "../../../model/systems/study.js";
import {
  type Parameter,
  type Pin,
  type System,
  usualValues,
  type Values,
  type Variant,
} from "../../../model/systems/system.js";
import { didYouMean } from "../../../spec/table-file/did-you-mean.js";
import type { Format } from "../../report/formats/formats.js";
import type { Output, OutputFlags } from "../output/output-options.js";

/** As commander hands the options over. */
export interface SystemFlags extends OutputFlags {
  readonly variant?: string;
  readonly preset?: string;
  readonly set: readonly string[];
  readonly symmetry: boolean;
  readonly workers?: number;
  readonly maxStates?: number;
  readonly maxMemory?: number;
  readonly maxSeconds?: number;
}

/** A variant to be explored with these values. */
export interface Job {
  readonly system: System;
  readonly variant: Variant;
  readonly values: Values;
  /** Null where nothing is known of these values. */
  readonly pins: readonly Pin[] | null;
}

export interface SystemsRequest {
  readonly jobs: readonly Job[];
  /** Whether systems are told about, and not only listed. */
  readonly tells: boolean;
  /** Whether the exit code is that of the answers, and not of their being as pinned. */
  readonly asksForAnswer: boolean;
  readonly format: Format;
  readonly outputs: readonly Output[];
  readonly bounds: Omit<Bounds, "signal" | "onProgress">;
}

/** Does not return. */
type Refuse = (sentence: string) => never;

export function requestOf(names: readonly string[], flags: SystemFlags, refuse: Refuse): SystemsRequest {
  const asked = names.map((name) => systemNamed(name) ?? refuse(unknown("system", name, systems)));
  const isAboutOne = flags.variant !== undefined || flags.preset !== undefined || flags.set.length > 0;
  if (isAboutOne && asked.length !== 1) {
    refuse(
      "--variant, --preset and --set are about one system: name it, as in quorate systems acceptors --set servers=5",
    );
  }
  const { workers = availableParallelism(), symmetry, maxStates, maxMemory, maxSeconds } = flags;
  return {
    jobs: (asked.length === 0 ? systems : asked).flatMap((system) => jobsOf(system, flags, refuse)),
    tells: asked.length > 0,
    asksForAnswer: flags.variant !== undefined || flags.set.length > 0,
    format: flags.format,
    outputs: flags.output,
    bounds: {
      symmetry,
      workers,
      ...(maxStates !== undefined && { statesMax: maxStates }),
      ...(maxMemory !== undefined && { bytesMax: maxMemory * 1e6 }),
      ...(maxSeconds !== undefined && { secondsMax: maxSeconds }),
    },
  };
}

function jobsOf(system: System, flags: SystemFlags, refuse: Refuse): Job[] {
  const { variants } = system;
  const own = flags.variant;
  const chosen =
    own === undefined
      ? variants
      : [variantNamed(system, own) ?? refuse(unknown(`variant of ${system.name}`, own, variants))];
  const set = { ...presetValues(system, flags, refuse), ...setValues(system, flags, refuse) };
  return chosen.map((variant) => {
    const values = { ...usualValues(system, variant), ...set };
    const contradiction = system.refuse(values);
    if (contradiction !== null) refuse(`${system.name} has no such parameters: ${contradiction}`);
    return { system, variant, values, pins: pinsFor(system, variant, values) };
  });
}

function presetValues(system: System, { preset }: SystemFlags, refuse: Refuse): Values {
  if (preset === undefined) return {};
  const found = system.presets.find(({ name }) => name === preset);
  if (found !== undefined) return found.parameters;
  if (system.presets.length === 0) return refuse(`--preset ${preset}: ${system.name} has no presets`);
  return refuse(unknown(`preset of ${system.name}`, preset, system.presets));
}

function setValues(system: System, { set, preset }: SystemFlags, refuse: Refuse): Values {
  const values: Record<string, number | string> = {};
  const fixed = system.presets.find(({ name }) => name === preset)?.parameters ?? {};
  for (const text of set) {
    const [name = "", ...rest] = text.split("=");
    if (rest.length === 0) refuse(`--set ${text}: it is written --set PARAMETER=VALUE`);
    const parameter = Object.hasOwn(system.parameters, name) ? system.parameters[name]! : null;
    if (parameter === null) {
      const named = Object.keys(system.parameters).map((known) => ({ name: known }));
      return refuse(unknown(`parameter of ${system.name}`, name, named));
    }
    const value = valueIn(rest.join("="), name, parameter, refuse);
    if (values[name] !== undefined && values[name] !== value)
      refuse(`--set ${name} is given twice, as ${values[name]} and as ${value}`);
    if (fixed[name] !== undefined && fixed[name] !== value) {
      refuse(`--set ${text}: preset ${preset} has ${name} ${fixed[name]}; leave one of the two out`);
    }
    values[name] = value;
  }
  return values;
}

function valueIn(text: string, name: string, parameter: Parameter, refuse: Refuse): number | string {
  if (parameter.kind === "choice") {
    if (parameter.choices.includes(text)) return text;
    const hint = didYouMean(text, parameter.choices);
    const suggestion = hint === null ? "" : ` (${hint})`;
    return refuse(`${name} is one of ${parameter.choices.join(", ")}, not ${JSON.stringify(text)}${suggestion}`);
  }
  if (parameter.kind === "members") return membersText(text, name, parameter, refuse);
  const { least, most } = parameter;
  if (/^[0-9]+$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  return refuse(`${name} is a whole number from ${least} to ${most}, not ${JSON.stringify(text)}`);
}

/** Each once, ascending: so that the same set is the same value. */
function membersText(text: string, name: string, { prefix, most }: Parameter & { kind: "members" }, refuse: Refuse) {
  const known = Array.from({ length: most }, (_, member) => `${prefix}${member}`);
  const asked = text.split(",").map((part) => part.trim());
  if (asked.every((part) => known.includes(part))) return known.filter((part) => asked.includes(part)).join(",");
  return refuse(
    `${name} is some of ${known[0]} to ${known.at(-1)} with commas between, as in ${known.slice(0, 3).join(",")}, not ${JSON.stringify(text)}`,
  );
}

function unknown(what: string, asked: string, known: readonly { readonly name: string }[]): string {
  const names = known.map(({ name }) => name);
  const hint = didYouMean(asked, names);
  const suggestion = hint === null ? "" : ` (${hint})`;
  return `there is no ${what} called ${JSON.stringify(asked)}${suggestion}; there are ${names.join(", ")}`;
}
