/** All systems, in the order in which one leads to the next. A new one is a file and its line here. */
import { acceptors } from "./acceptors/acceptors.js";
import { alphaReconfiguration } from "./alpha-reconfiguration/alpha-reconfiguration.js";
import { atomicBroadcast } from "./atomic-broadcast/atomic-broadcast.js";
import { bookkeeper } from "./bookkeeper/bookkeeper.js";
import { diskCorruption } from "./disk-corruption.js";
import { earlyProtocols } from "./early/early-protocols.js";
import { leader } from "./early/leader.js";
import { flp } from "./flp/flp.js";
import { herlihy } from "./herlihy.js";
import { kafkaIsr } from "./kafka-isr.js";
import { kafkaReplication } from "./kafka-replication/kafka-replication.js";
import { leases } from "./leases/leases.js";
import { masterEpochs } from "./master-epochs.js";
import { multiOp } from "./multi-op.js";
import { multiPaxos } from "./multi-paxos.js";
import { quorumBound } from "./quorum-bound.js";
import { snapshots } from "./snapshots.js";
import { synchronous } from "./synchronous.js";
import type { Instance, System, Values, Variant } from "./system.js";
import { zab } from "./zab.js";
import { zookeeperCas } from "./zookeeper-cas.js";

/** All that are part of the package. */
export const systems: readonly System[] = [
  earlyProtocols,
  leader,
  acceptors,
  zookeeperCas,
  kafkaIsr,
  atomicBroadcast,
  multiOp,
  masterEpochs,
  multiPaxos,
  alphaReconfiguration,
  zab,
  diskCorruption,
  snapshots,
  kafkaReplication,
  bookkeeper,
  leases,
  flp,
  synchronous,
  quorumBound,
  herlihy,
];

/** Plain data: worker threads make their own copy of a system's model from it. */
export interface SystemConfig {
  readonly system: string;
  readonly variant: string;
  readonly values: Values;
}

/** The model name under which the registry of models finds them (model/registry.ts). */
export const SYSTEM_MODEL = "system";

/** By its name as people write it; undefined where there is none. */
export function systemNamed(name: string): System | undefined {
  const wanted = name
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_]+/g, "-");
  return systems.find((system) => system.name === wanted);
}

/** Undefined where the system has none of this name. */
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
