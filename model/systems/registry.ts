/** All systems, in the order in which one leads to the next. A new one is a file and its line here. */
import { acceptors } from "./acceptors.js";
import { herlihy } from "./herlihy.js";
import { kafkaReplication } from "./kafka-replication.js";
import { leases } from "./leases.js";
import { quorumBound } from "./quorum-bound.js";
import { synchronous } from "./synchronous.js";
import type { Instance, System, Values, Variant } from "./system.js";

export const systems: readonly System[] = [acceptors, kafkaReplication, herlihy, synchronous, quorumBound, leases];

/** Plain data: worker threads make their own copy of a system's model from it. */
export interface SystemConfig {
  readonly system: string;
  readonly variant: string;
  readonly values: Values;
}

/** The model name under which the registry of models finds them (model/registry.ts). */
export const SYSTEM_MODEL = "system";

export function systemNamed(name: string): System | undefined {
  const wanted = name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, "-");
  return systems.find((system) => system.name === wanted);
}

export const variantNamed = ({ variants }: System, name: string): Variant | undefined =>
  variants.find((variant) => variant.name === name);

/** The model of the variant with these values, and its questions. Throws RangeError where there is no such system. */
export function instanceOf({ system, variant, values }: SystemConfig): Instance {
  const found = systemNamed(system);
  if (found === undefined) throw new RangeError(`no system is called ${system}`);
  const instance = found.build(values, variant);
  instance.worded.describe({ model: SYSTEM_MODEL, config: { system, variant, values } });
  return instance;
}
