/**
 * Loops over the parameters of an action or a property, generated once for all models of the same shape.
 *
 * Tables of a sweep differ in what their guards say, not in how many parameters there are. So the loops are the same
 * code, with a call site for each guard that only ever sees guards written in one place: the compiler inlines them,
 * and what it has compiled serves the next table too. That is twice as fast as one loop over a list of guards.
 */
import type { Action, Condition, Property } from "../../model/kernel/index.js";

/**
 * Takes every enabled step of the action: applies it, calls `visit`, which sees the successor and must take it back.
 */
export function stepsOf(modelName: string, action: Action, visit: () => void): () => void {
  const loops = loopsOver(`${modelName}.${action.name}`, action, (parameters) => `effect(${parameters}); visit();`);
  return loops.bind(null, ...closuresOf(action), action.effect, visit);
}

/** Whether the property fails in the current state. */
export function failureOf(modelName: string, property: Property): () => boolean {
  const loops = loopsOver(`${modelName}.${property.name}`, property, () => "return true;");
  return loops.bind(null, ...closuresOf(property)) as () => boolean;
}

type Parametrised = Pick<Action | Property, "parameters" | "conditions">;
type Loops = (...closures: unknown[]) => unknown;

const known = new Map<string, Loops>();

/**
 * `inside`: what is to be done with parameters for which all conditions hold. `name` tells apart what does not come
 * from the same place, so that no two kinds of guards meet at one call site.
 */
function loopsOver(name: string, { parameters, conditions }: Parametrised, inside: (names: string) => string): Loops {
  const sizes = Object.values(parameters);
  const arities = conditions.map(({ arity }) => arity);
  const names = sizes.map((_, index) => `p${index}`);
  const code = codeOf(sizes, arities, names, inside(`${names}`));
  const key = `// ${name}\n${code}`;
  const loops =
    known.get(key) ?? (new Function(...arities.map((_, index) => `holds${index}`), "effect", "visit", key) as Loops);
  known.set(key, loops);
  return loops;
}

/** A condition is asked as soon as the parameters that it takes are known. */
function codeOf(
  sizes: readonly number[],
  arities: readonly number[],
  names: readonly string[],
  innermost: string,
): string {
  const askedWith = (count: number, otherwise: string): string =>
    arities
      .map((arity, index) => (arity === count ? `if (!holds${index}(${names.slice(0, count)})) ${otherwise};\n` : ""))
      .join("");
  const openings = sizes.map(
    (size, index) => `for (let p${index} = 0; p${index} < ${size}; p${index}++) {\n${askedWith(index + 1, "continue")}`,
  );
  const closings = "\n}".repeat(sizes.length);
  return `${askedWith(0, "return false")}${openings.join("")}${innermost}${closings}\nreturn false;`;
}

const closuresOf = ({ conditions }: Parametrised): Condition["holds"][] => conditions.map(({ holds }) => holds);
