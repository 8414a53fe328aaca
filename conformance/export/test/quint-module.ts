/**
 * Runs an exported module of Quint, by its text alone: no line is shared with what writes it, or with the kernel. Slow
 * on purpose; Quint's own simulator does the same, where it is at hand.
 */
import { type Definition, type Expression, Reader } from "./quint-reader.js";
import { has, itemsOf, key, setOf, type Value } from "./values.js";

type Scope = ReadonlyMap<string, Value>;
type State = ReadonlyMap<string, Value>;
type Function = (...given: Value[]) => Value;

const entriesOf = (value: Value): readonly (readonly [Value, Value])[] =>
  (value as { fn: readonly (readonly [Value, Value])[] }).fn;

export class Module {
  readonly name: string;
  readonly #definitions: ReadonlyMap<string, Definition>;
  readonly #variables: readonly string[];

  constructor(text: string) {
    const { name, variables, definitions } = new Reader(text).module();
    this.name = name;
    this.#variables = variables;
    this.#definitions = new Map(definitions.map((one) => [one.name, one]));
  }

  /** How many states and transitions there are, and whether the invariant holds in each. */
  explore(invariant: string): { readonly states: number; readonly transitions: number; readonly holds: boolean } {
    const initial = this.#successors("init", new Map());
    const states = new Map(initial.map((state) => [key([...state] as never), state]));
    let [transitions, holds] = [0, true];
    for (const state of states.values()) {
      holds &&= this.#value({ kind: "name", name: invariant }, state) === true;
      for (const successor of this.#successors("step", state)) {
        transitions++;
        const name = key([...successor] as never);
        if (!states.has(name)) states.set(name, successor);
      }
    }
    return { states: states.size, transitions, holds };
  }

  #successors(action: string, state: State): State[] {
    const made = this.#taken({ kind: "name", name: action }, state, new Map());
    return made.map((next) => new Map(this.#variables.map((name) => [name, next.get(name)!])));
  }

  /** What an action can make of what was made so far; nothing where it is not enabled. */
  #taken(action: Expression, scope: Scope, made: State): State[] {
    switch (action.kind) {
      case "all":
        return action.parts.reduce((all, part) => all.flatMap((one) => this.#taken(part, scope, one)), [made]);
      case "any":
        return action.parts.flatMap((part) => this.#taken(part, scope, made));
      case "nondet":
        return itemsOf(this.#value(action.of, scope)).flatMap((item) =>
          this.#taken(action.body, new Map([...scope, [action.name, item]]), made),
        );
      case "assign":
        return [new Map([...made, [action.name, this.#value(action.to, scope)]])];
      case "name":
      case "call": {
        const definition = this.#definitions.get(action.name);
        if (definition !== undefined && ["all", "any"].includes(definition.body.kind))
          return this.#taken(definition.body, this.#inside(definition, this.#given(action, scope), scope), made);
      }
    }
    return this.#value(action, scope) === true ? [made] : [];
  }

  #given(call: Expression, scope: Scope): Value[] {
    return call.kind === "call" ? call.arguments.map((one) => this.#value(one, scope)) : [];
  }

  /** A definition sees the variables and its parameters alone. */
  #inside({ parameters }: Definition, given: readonly Value[], scope: Scope): Scope {
    return new Map([
      ...this.#variables.flatMap((name): [string, Value][] => (scope.has(name) ? [[name, scope.get(name)!]] : [])),
      ...parameters.map((name, index): [string, Value] => [name, given[index]!]),
    ]);
  }

  #value(expression: Expression, scope: Scope): Value {
    switch (expression.kind) {
      case "value":
        return expression.value;
      case "name":
        return scope.get(expression.name) ?? this.#defined(expression.name, [], scope);
      case "if":
        return this.#value(this.#value(expression.if, scope) === true ? expression.then : expression.else, scope);
      case "let":
        return this.#value(expression.body, new Map([...scope, [expression.name, this.#value(expression.of, scope)]]));
      case "call":
        return this.#called(expression, scope);
      default:
        throw new Error(`${expression.kind} has no value`);
    }
  }

  #defined(name: string, given: readonly Value[], scope: Scope): Value {
    const definition = this.#definitions.get(name);
    if (definition === undefined) throw new Error(`nothing is called ${name}`);
    return this.#value(definition.body, this.#inside(definition, given, scope));
  }

  #called({ name, arguments: given }: Expression & { kind: "call" }, scope: Scope): Value {
    const lazy = (index: number): boolean => this.#value(given[index]!, scope) === true;
    if (name === "and") return lazy(0) && lazy(1);
    if (name === "or") return lazy(0) || lazy(1);
    if (name === "implies") return !lazy(0) || lazy(1);
    const last = given.at(-1);
    if (last?.kind === "lambda") {
      const operands = given.slice(0, -1).map((one) => this.#value(one, scope));
      return overLambda(name, operands, (...values) =>
        this.#value(
          last.body,
          new Map([...scope, ...last.parameters.map((each, index): [string, Value] => [each, values[index]!])]),
        ),
      );
    }
    const values = given.map((one) => this.#value(one, scope));
    return this.#definitions.has(name) ? this.#defined(name, values, scope) : builtIn(name, values);
  }
}

function overLambda(name: string, [of, first]: readonly Value[], apply: Function): Value {
  const items = itemsOf(of!);
  switch (name) {
    case "filter":
      return setOf(items.filter((item) => apply(item) === true));
    case "map":
      return setOf(items.map((item) => apply(item)));
    case "mapBy":
      return { fn: items.map((item) => [item, apply(item)] as const) };
    case "exists":
      return items.some((item) => apply(item) === true);
    case "forall":
      return items.every((item) => apply(item) === true);
    case "fold":
      return items.reduce((result, item) => apply(result, item), first!);
    default:
      throw new Error(`${name} takes no lambda`);
  }
}

function builtIn(name: string, values: readonly Value[]): Value {
  const [a, b, c] = values as [Value, Value, Value];
  switch (name) {
    case "Set":
      return setOf(values);
    case "Map":
      return { fn: values.map((pair) => entriesOf(pair)[0]!) };
    case "->":
      return { fn: [[a, b]] };
    case "not":
      return a !== true;
    case "==":
      return key(a) === key(b);
    case "!=":
      return key(a) !== key(b);
    case "<":
      return a < b;
    case ">":
      return a > b;
    case "get":
      return entriesOf(a).find(([at]) => key(at) === key(b))![1];
    case "set":
      return { fn: entriesOf(a).map(([at, was]) => [at, key(at) === key(b) ? c : was] as const) };
    case "contains":
      return has(a, b);
    case "union":
      return setOf([...itemsOf(a), ...itemsOf(b)]);
    case "intersect":
      return setOf(itemsOf(a).filter((item) => has(b, item)));
    case "subseteq":
      return itemsOf(a).every((item) => has(b, item));
    case "flatten":
      return setOf(itemsOf(a).flatMap(itemsOf));
    case "size":
      return itemsOf(a).length;
    case "oneOf":
      return a;
    case "powerset":
      return setOf(
        itemsOf(a).reduce<Value[]>(
          (all, item) => all.concat(all.map((one) => setOf([...itemsOf(one), item]))),
          [setOf([])],
        ),
      );
    default:
      throw new Error(`${name} is not known`);
  }
}
