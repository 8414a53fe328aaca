/**
 * What a declaration may say. Each thing that cannot be meant so is refused in one sentence that tells what may be said
 * instead.
 */
import type { ActionDeclaration, ModelDeclaration, PropertyDeclaration } from "./declaration.js";
import type { Parameters } from "./guard.js";
import { ModelError, shown } from "./model-error.js";

/** Contents are 32-bit integers that are not negative. */
const DOMAIN_MAX = 2 ** 31;

/** Places of all variables together. */
const PLACES_MAX = 2 ** 16;

/** Steps of all actions together: the search has a table entry for each. */
const STEPS_MAX = 2 ** 20;

/** A bit each, in one word. */
const PROPERTIES_MAX = 30;

interface Named {
  readonly name: string;
}

interface Parts {
  readonly actions: readonly ActionDeclaration[];
  readonly properties: readonly PropertyDeclaration[];
}

/** The domains of all places, variable by variable. */
export function refuseMisdeclaredVariables<Names extends string>(declaration: ModelDeclaration<Names>): number[][] {
  const { name, variables } = declaration;
  const refuse = refuser(name);
  if (!isName(name)) refuse(null, "its name is a text that is not empty");
  const allowed = ["name", "descriptor", "variables", "initially", "actions", "properties"];
  refuseUnknownKeys(declaration, allowed, (sentence) => refuse(null, sentence));
  for (const key of ["actions", "properties"] as const) {
    if (typeof declaration[key] !== "function") {
      refuse(null, `${key} is a function from variables to a list, not ${shown(declaration[key])}`);
    }
  }
  if (!["undefined", "function"].includes(typeof declaration.initially)) {
    refuse(null, `initially is a function that sets variables, not ${shown(declaration.initially)}`);
  }
  if (typeof variables !== "object" || variables === null || Object.keys(variables).length === 0) {
    refuse(null, "it has no variables, and needs one at least");
  }
  let places = 0;
  return (Object.keys(variables) as Names[]).map((variable) => {
    const where = `variable ${variable}`;
    const shape = variables[variable];
    if (isNumeral(variable)) refuse(where, "a name is no number: JavaScript would put it before all other names");
    refuseUnknownKeys(shape, ["shape", "domain"], (sentence) => refuse(where, sentence));
    const lengths = lengthsOf(shape.shape, (sentence) => refuse(where, sentence));
    places += lengths[0] * lengths[1];
    if (places > PLACES_MAX) {
      refuse(where, `with it there are ${places} places, more than the ${PLACES_MAX} that a state may have`);
    }
    return domainsOf(shape.domain, lengths, (sentence) => refuse(where, sentence));
  });
}

type Refuse = (sentence: string) => never;

const refuser =
  (model: unknown) =>
  (where: string | null, sentence: string): never => {
    throw new ModelError(String(model), where, sentence, true);
  };

function lengthsOf(shape: unknown, refuse: Refuse): readonly [rows: number, columns: number] {
  if (!Array.isArray(shape) || shape.length > 2) {
    refuse(`its shape is [], [rows] or [rows, columns], not ${Array.isArray(shape) ? `[${shape}]` : shown(shape)}`);
  }
  const wrong = shape.find((length: unknown) => !isCount(length));
  if (wrong !== undefined) refuse(`a row or a column has a whole number of places, 1 at least, not ${shown(wrong)}`);
  const [rows = 1, columns = 1] = shape as number[];
  return [rows, columns];
}

function domainsOf(domain: unknown, [rows, columns]: readonly [number, number], refuse: Refuse): number[] {
  const domains: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const contents: unknown = typeof domain === "function" ? domain(row, column) : domain;
      if (!isCount(contents) || contents > DOMAIN_MAX) {
        refuse(`a domain is a whole number of contents, 1 to ${DOMAIN_MAX}, not ${shown(contents)}`);
      }
      domains.push(contents);
    }
  }
  return domains;
}

export function refuseMisdeclared(model: string, { actions, properties }: Parts): void {
  const refuse = refuser(model);
  if (!Array.isArray(actions)) refuse(null, `actions returns a list of actions, not ${shown(actions)}`);
  if (!Array.isArray(properties)) refuse(null, `properties returns a list of properties, not ${shown(properties)}`);
  if (properties.length > PROPERTIES_MAX) {
    refuse(null, `it has ${properties.length} properties, more than ${PROPERTIES_MAX}`);
  }
  let steps = 0;
  for (const action of actions) {
    const where = `action ${JSON.stringify(action?.name)}`;
    refuseAction(action, (sentence) => refuse(where, sentence));
    const instances = Object.values(action.parameters).reduce((product, size) => product * size, 1);
    steps += instances;
    if (steps > STEPS_MAX) {
      refuse(where, `its parameters have ${instances} values together; all actions may have ${STEPS_MAX} steps`);
    }
  }
  for (const property of properties) {
    refuseProperty(property, (sentence) => refuse(`property ${JSON.stringify(property?.name)}`, sentence));
  }
  refuseNamesakes(model, { actions, properties });
}

/** Two of one name could not be told apart in what is found. */
export function refuseNamesakes(model: string, parts: Record<"actions" | "properties", readonly Named[]>): void {
  for (const [plural, kind] of [
    ["actions", "action"],
    ["properties", "property"],
  ] as const) {
    const names = parts[plural].map(({ name }) => name);
    const namesake = names.find((name, index) => names.indexOf(name) < index);
    if (namesake === undefined) continue;
    refuser(model)(`${kind} ${JSON.stringify(namesake)}`, `two ${plural} have this name; each needs its own`);
  }
}

function refuseAction(action: ActionDeclaration, refuse: Refuse): void {
  if (!isName(action?.name)) refuse("the name of an action is a text that is not empty");
  refuseUnknownKeys(action, ["name", "parameters", "guard", "effect", "persistent"], refuse);
  refuseParameters(action.parameters, refuse);
  const { guard, effect, persistent } = action;
  const count = Object.keys(action.parameters).length;
  if (Array.isArray(guard)) {
    for (const condition of guard) refuseClosure("a condition of its guard", condition, count, true, refuse);
  } else {
    refuseClosure("its guard", guard, count, false, refuse);
  }
  refuseClosure("its effect", effect, count, false, refuse);
  if (!["undefined", "boolean"].includes(typeof persistent)) {
    refuse(`persistent is true or false, not ${shown(persistent)}`);
  }
}

function refuseProperty(property: PropertyDeclaration, refuse: Refuse): void {
  if (!isName(property?.name)) refuse("the name of a property is a text that is not empty");
  if (property.premise !== undefined) refuseClosure("its premise", property.premise, 0, false, refuse);
  if ("holds" in property) {
    refuseUnknownKeys(property, ["name", "holds", "premise"], refuse);
    refuseClosure("its predicate `holds`", property.holds, 0, false, refuse);
    return;
  }
  refuseUnknownKeys(property, ["name", "parameters", "fails", "premise"], refuse);
  refuseParameters(property.parameters, refuse);
  const { fails, parameters } = property;
  if (!Array.isArray(fails) || fails.length === 0)
    refuse("it needs `holds`, or a list `fails` of at least one condition");
  for (const condition of fails) {
    refuseClosure("a condition in `fails`", condition, Object.keys(parameters).length, true, refuse);
  }
}

function refuseParameters(parameters: Parameters, refuse: Refuse): void {
  if (typeof parameters !== "object" || parameters === null || Array.isArray(parameters)) {
    refuse(`parameters are an object of names and sizes, {} if there are none, not ${shown(parameters)}`);
  }
  for (const [name, size] of Object.entries(parameters)) {
    if (isNumeral(name)) refuse(`parameter ${name}: a name is no number, since JavaScript would put it first`);
    if (!isCount(size)) {
      refuse(
        `parameter ${name} takes a whole number of values, 1 at least, not ${shown(size)}: else it has no instances`,
      );
    }
  }
}

/** @param isCounted whether it is asked with as many parameters as it names, and not with all */
function refuseClosure(what: string, closure: unknown, parameters: number, isCounted: boolean, refuse: Refuse): void {
  if (typeof closure !== "function") refuse(`${what} is a function, not ${shown(closure)}; write () => …`);
  if (closure.length > parameters) {
    refuse(`${what} takes ${closure.length} parameters, and there are ${parameters}`);
  }
  if (isCounted && closure.length < parameters && hasUncountedParameters(closure)) {
    refuse(`${what} is asked with the parameters that it names, so it takes none by "..." or with a default`);
  }
}

/** Parameters from a default or "..." on do not count in a function's length; how it is written shows them. */
function hasUncountedParameters(closure: object): boolean {
  const text = closure.toString();
  const start = text.indexOf("(");
  if (start < 0 || text.slice(0, start).includes("=>")) return false;
  let depth = 0;
  let end = start;
  do {
    if (text[end] === "(") depth++;
    if (text[end] === ")") depth--;
    end++;
  } while (depth > 0 && end < text.length);
  return /\.\.\.|=(?![=>])/.test(text.slice(start, end));
}

function refuseUnknownKeys(declared: object, allowed: readonly string[], refuse: Refuse): void {
  const unknown = Object.keys(declared).find((key) => !allowed.includes(key));
  if (unknown !== undefined) refuse(`it has no key ${JSON.stringify(unknown)}; keys are ${allowed.join(", ")}`);
}

const isName = (name: unknown): boolean => typeof name === "string" && name !== "";

/** A name that JavaScript takes for an index, and sorts before names that are none. */
const isNumeral = (name: string): boolean => /^(0|[1-9]\d*)$/.test(name);

const isCount = (count: unknown): count is number => typeof count === "number" && Number.isInteger(count) && count >= 1;
