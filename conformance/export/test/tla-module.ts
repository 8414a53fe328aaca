/**
 * Runs an exported module of TLA+, by its text alone: no line is shared with what writes it, or with the kernel. Slow
 * on purpose; TLC does the same, where it is at hand.
 */
import { type Definition, type Expression, Reader } from "./tla-reader.js";
import { has, itemsOf, key, setOf, type Value } from "./values.js";

type Scope = ReadonlyMap<string, Value | Closure>;

interface Closure extends Definition {
  readonly within: Scope | null;
}

const isClosure = (found: Value | Closure | undefined): found is Closure =>
  typeof found === "object" && "body" in found;

export class Module {
  readonly #definitions: ReadonlyMap<string, Definition>;
  readonly #variables: readonly string[];

  constructor(text: string) {
    const plain = text
      .replaceAll(/\(\*[\s\S]*?\*\)/g, "")
      .replace(/^-+ MODULE.*$/m, "")
      .replace(/^=+$/m, "");
    this.#variables = /^VARIABLES (.*)$/m.exec(plain)![1]!.split(", ");
    const defined = plain
      .replace(/^VARIABLES.*$/m, "")
      .replace(/^EXTENDS.*$/m, "")
      .replace(/^Spec == .*$/m, "");
    // Each begins at the start of a line.
    const parts = defined.split(/^(?=\w)/m).filter((part) => part.trim() !== "");
    this.#definitions = new Map(parts.flatMap((part) => new Reader(part).definitions()).map((one) => [one.name, one]));
  }

  /** How many states and transitions there are, and whether the invariant holds in each. */
  explore(invariant: string): { readonly states: number; readonly transitions: number; readonly holds: boolean } {
    const [initial] = this.#primes(this.#body("Init"), new Map(), "");
    const states = new Map([[key([...initial!] as never), initial!]]);
    let [transitions, holds] = [0, true];
    for (const state of states.values()) {
      holds &&= this.#value(this.#body(invariant), state) === true;
      const next = new Map<string, ReadonlyMap<string, Value>>();
      for (const primed of this.#primes(this.#body("Next"), state, "'")) {
        transitions++;
        next.set(key([...primed] as never), primed);
      }
      for (const [name, successor] of next) if (!states.has(name)) states.set(name, successor);
    }
    return { states: states.size, transitions, holds };
  }

  #body(name: string): Expression {
    return this.#definitions.get(name)!.body;
  }

  /** The states that an action leads to; with no prime, those that a predicate is about. */
  #primes(action: Expression, scope: Scope, prime: string): ReadonlyMap<string, Value>[] {
    const go = (
      expression: Expression,
      within: Scope,
      made: ReadonlyMap<string, Value>,
    ): ReadonlyMap<string, Value>[] => {
      if (expression.kind === "operator") {
        const { operator, operands } = expression;
        if (operator === "/\\")
          return operands.reduce((all, part) => all.flatMap((one) => go(part, within, one)), [made]);
        if (operator === "\\/") return operands.flatMap((part) => go(part, within, made));
        const [left] = operands;
        if (operator === "UNCHANGED" && left?.kind === "name")
          return [new Map([...made, [left.name, within.get(left.name) as Value]])];
        const assigned =
          left?.kind === "name" ? this.#variables.find((name) => `${name}${prime}` === left.name) : undefined;
        if (operator === "=" && assigned !== undefined)
          return [new Map([...made, [assigned, this.#value(operands[1]!, within)]])];
      }
      if (expression.kind === "bound" && expression.binder === "\\E" && this.#isAction(expression.body)) {
        return this.#bindings(expression.names, expression.sets, within).flatMap((bound) =>
          go(expression.body, bound, made),
        );
      }
      if (expression.kind === "name" && this.#isAction(expression)) {
        const { parameters, body } = this.#definitions.get(expression.name)!;
        const given = expression.arguments.map(
          (argument, index) => [parameters[index]!, this.#value(argument, within)] as const,
        );
        return go(body, new Map([...within, ...given]), made);
      }
      return this.#value(expression, within) === true ? [made] : [];
    };
    return go(action, scope, new Map()).map((made) => new Map(this.#variables.map((name) => [name, made.get(name)!])));
  }

  #isAction(expression: Expression): boolean {
    if (expression.kind !== "name") return /'"|"UNCHANGED"/.test(JSON.stringify(expression)) || this.#calls(expression);
    const definition = this.#definitions.get(expression.name);
    return definition !== undefined && this.#isAction(definition.body);
  }

  #calls(expression: Expression): boolean {
    const names = [...JSON.stringify(expression).matchAll(/"kind":"name","name":"(Propose|Write|Freeze)"/g)];
    return names.length > 0;
  }

  #bindings(names: readonly string[], sets: readonly Expression[], scope: Scope): Scope[] {
    return names.reduce<Scope[]>(
      (scopes, name, index) =>
        scopes.flatMap((one) => itemsOf(this.#value(sets[index]!, one)).map((item) => new Map([...one, [name, item]]))),
      [scope],
    );
  }

  #value(expression: Expression, scope: Scope): Value {
    switch (expression.kind) {
      case "value":
        return expression.value;
      case "name":
        return this.#called(expression, scope);
      case "if":
        return this.#value(expression.cases.find(([condition]) => this.#value(condition, scope) === true)![1], scope);
      case "let": {
        const inner = new Map(scope);
        for (const definition of expression.definitions) inner.set(definition.name, { ...definition, within: null });
        return this.#value(expression.body, inner);
      }
      case "except":
        return this.#except(
          this.#value(expression.of, scope),
          expression.path.map((one) => this.#value(one, scope)),
          this.#value(expression.to, scope),
        );
      case "bound":
        return this.#bound(expression, scope);
      case "operator":
        return this.#operated(expression.operator, expression.operands, scope);
    }
  }

  #called({ name, arguments: given }: Expression & { kind: "name" }, scope: Scope): Value {
    const found = scope.get(name);
    if (found !== undefined && !isClosure(found)) return found;
    if (name === "Cardinality") return itemsOf(this.#value(given[0]!, scope)).length;
    const definition = found ?? this.#definitions.get(name);
    if (definition === undefined || !("body" in definition)) throw new Error(`nothing is called ${name}`);
    // Of a LET the whole scope is seen; a definition of the module sees the variables and its parameters only.
    const inner = new Map(
      found === undefined ? this.#variables.map((each) => [each, scope.get(each)!] as const) : scope,
    );
    for (const [index, parameter] of definition.parameters.entries())
      inner.set(parameter, this.#value(given[index]!, scope));
    return this.#value(definition.body, inner);
  }

  #except(of: Value, [first, ...rest]: readonly Value[], to: Value): Value {
    const { fn } = of as { fn: readonly (readonly [Value, Value])[] };
    return {
      fn: fn.map(([at, was]) => [
        at,
        key(at) !== key(first!) ? was : rest.length === 0 ? to : this.#except(was, rest, to),
      ]),
    };
  }

  #bound({ binder, names, sets, body }: Expression & { kind: "bound" }, scope: Scope): Value {
    const scopes = this.#bindings(names, sets, scope);
    const holds = (one: Scope): boolean => this.#value(body, one) === true;
    const bound = (one: Scope): Value => one.get(names[0]!) as Value;
    switch (binder) {
      case "\\A":
        return scopes.every(holds);
      case "\\E":
        return scopes.some(holds);
      case "CHOOSE":
        return bound(scopes.find(holds)!);
      case "filter":
        return setOf(scopes.filter(holds).map(bound));
      case "map":
        return setOf(scopes.map((one) => this.#value(body, one)));
      default:
        return { fn: scopes.map((one) => [bound(one), this.#value(body, one)]) };
    }
  }

  #operated(operator: string, operands: readonly Expression[], scope: Scope): Value {
    if (operator === "/\\") return operands.every((one) => this.#value(one, scope) === true);
    if (operator === "\\/") return operands.some((one) => this.#value(one, scope) === true);
    const values = operands.map((one) => this.#value(one, scope));
    const [a, b] = values as [Value, Value];
    switch (operator) {
      case "=>":
        return a !== true || b === true;
      case "=":
        return key(a) === key(b);
      case "/=":
        return key(a) !== key(b);
      case "<":
        return a < b;
      case "<=":
        return a <= b;
      case ">":
        return a > b;
      case "\\in":
        return has(b, a);
      case "\\notin":
        return !has(b, a);
      case "\\subseteq":
        return itemsOf(a).every((item) => has(b, item));
      case "\\cup":
        return setOf([...itemsOf(a), ...itemsOf(b)]);
      case "\\cap":
        return setOf(itemsOf(a).filter((item) => has(b, item)));
      case "..":
        return setOf(Array.from({ length: Number(b) - Number(a) + 1 }, (_, index) => Number(a) + index));
      case "apply":
        return (a as { fn: readonly (readonly [Value, Value])[] }).fn.find(([at]) => key(at) === key(b))![1];
      case "{}":
        return setOf(values);
      case "SUBSET":
        return setOf(
          itemsOf(a).reduce<Value[]>(
            (all, item) => all.concat(all.map((one) => setOf([...itemsOf(one), item]))),
            [setOf([])],
          ),
        );
      case "UNION":
        return setOf(itemsOf(a).flatMap(itemsOf));
      default:
        throw new Error(`${operator} is not known`);
    }
  }
}
