/** Which properties fail in a state. */

import { checkedModel } from "../declaration/checked-model.js";
import type { Model } from "../declaration/model.js";
import { ConditionCode } from "./condition-code.js";
import { type Judge, judgeByTables } from "./judge-tables.js";

/** More would not fit the bits of one word. */
const PROPERTIES_MAX = 30;

export type { Judge };

/**
 * By table look-up like the successors (successors.ts). Properties that are too involved for that are written out as
 * code:
 *
 *     let failures = 0;
 *     property0: {
 *       if ((word0 & 3) === 1) { failures |= 1; break property0; }
 *     }
 *     return failures;
 */
export function generateJudge(model: Model): Judge {
  const checked = checkedModel(model);
  const { name, properties, workspace } = checked;
  if (properties.length > PROPERTIES_MAX)
    throw new RangeError(`model ${name} has more than ${PROPERTIES_MAX} properties`);
  const byTables = judgeByTables(checked);
  if (byTables !== null) return byTables;
  const code = new ConditionCode(workspace);
  const parts = properties.map(({ parameters, conditions }, index) => {
    const noted = `failures |= ${1 << index};\nbreak property${index};\n`;
    const sizes = Object.values(parameters);
    const failure = code.forAll({ name: `property${index}_`, sizes, conditions, instance: noted });
    return `property${index}: {\n${failure}}\n`;
  });
  return code.compile("judge", `let failures = 0;\n${parts.join("")}return failures;\n`) as Judge;
}
