/**
 * The oracle of systems: breadth-first search over plain objects, with text for keys. It is slow on purpose and shares
 * no line with the kernel, the language or the systems.
 */
export interface DumbModel<State> {
  readonly initial: State;
  /** Every state that one step leads to; the same one again is no harm. */
  readonly next: (state: State) => State[];
  /** By property: whether it fails in the state. */
  readonly fails?: Readonly<Record<string, (state: State) => boolean>>;
  /** Where to end. */
  readonly depthMax?: number;
  /** By property: whether it fails in the step from one state to another. */
  readonly failsBetween?: Readonly<Record<string, (before: State, after: State) => boolean>>;
}

export interface DumbFindings<State> {
  readonly states: number;
  readonly depth: number;
  /** Steps of the shortest run that breaks each property that is broken. */
  readonly broken: Readonly<Record<string, number>>;
  /** In how many states each property fails that fails in some. */
  readonly failing: Readonly<Record<string, number>>;
  /** All states by key, with the keys of their successors. */
  readonly graph: ReadonlyMap<
    string,
    { readonly state: State; readonly depth: number; readonly next: readonly string[] }
  >;
}

export function searchDumbly<State>({
  initial,
  next,
  fails = {},
  failsBetween = {},
  depthMax = Number.POSITIVE_INFINITY,
}: DumbModel<State>): DumbFindings<State> {
  const graph = new Map<string, { state: State; depth: number; next: string[] }>();
  const broken: Record<string, number> = {};
  const failing: Record<string, number> = {};
  const note = (name: string, length: number) => {
    broken[name] = Math.min(broken[name] ?? length, length);
  };
  const first = { state: initial, depth: 0, next: [] };
  graph.set(JSON.stringify(initial), first);
  let level: { readonly state: State; readonly next: string[] }[] = [first];
  let depth = 0;
  for (; level.length > 0 && depth <= depthMax; depth++) {
    const found: typeof level = [];
    for (const { state, next: successors } of level) {
      for (const [name, isBad] of Object.entries(fails)) {
        if (!isBad(state)) continue;
        note(name, depth);
        failing[name] = (failing[name] ?? 0) + 1;
      }
      for (const after of next(state)) {
        const key = JSON.stringify(after);
        successors.push(key);
        for (const [name, isBad] of Object.entries(failsBetween)) if (isBad(state, after)) note(name, depth + 1);
        if (graph.has(key)) continue;
        const made = { state: after, depth: depth + 1, next: [] };
        graph.set(key, made);
        found.push(made);
      }
    }
    level = found;
  }
  return { states: graph.size, depth: depth - 1, broken, failing, graph };
}

/** Steps to the nearest state from which no good state can be reached, or null. */
export function stuckDumbly<State>({ graph }: DumbFindings<State>, isGood: (state: State) => boolean): number | null {
  const can = new Set<string>();
  for (const [key, { state }] of graph) if (isGood(state)) can.add(key);
  for (let size = -1; size < can.size; ) {
    size = can.size;
    for (const [key, { next }] of graph) if (!can.has(key) && next.some((other) => can.has(other))) can.add(key);
  }
  const depths = [...graph].filter(([key]) => !can.has(key)).map(([, { depth }]) => depth);
  return depths.length === 0 ? null : Math.min(...depths);
}

/** A copy with a change. */
export function changed<State>(state: State, change: (copy: State) => void): State {
  const copy = copied(state);
  change(copy);
  return copy;
}

/** Of plain data; by hand, since most of the oracle's time goes into it. */
function copied<Data>(data: Data): Data {
  if (typeof data !== "object" || data === null) return data;
  if (Array.isArray(data)) return data.map(copied) as Data;
  const copy = { ...data };
  for (const name in copy) copy[name] = copied(copy[name]);
  return copy;
}

export const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

export const pairs = <A, B>(as: readonly A[], bs: readonly B[]): [A, B][] =>
  as.flatMap((a) => bs.map((b): [A, B] => [a, b]));

/** All sets of at least this number of items. */
export function setsOf<Item>(items: readonly Item[], least: number): Item[][] {
  return range(2 ** items.length)
    .map((bits) => items.filter((_, index) => (bits >> index) % 2 === 1))
    .filter((set) => set.length >= least);
}

/** A step with its name. */
export type Named<State> = [name: string, after: State];

/**
 * Whether a fair run can keep to states without the goal for ever. Parts of such states that lead to each other are
 * made by walking from each state; where a step is owed strongly and never taken, the states in which it is possible
 * are left out.
 *
 * @param owed by the step's name
 */
export function evadesDumbly<State>(
  { graph }: DumbFindings<State>,
  steps: (state: State) => Named<State>[],
  isGoal: (state: State) => boolean,
  owed: (name: string) => "weak" | "strong" | null,
): boolean {
  const edges = new Map<string, { name: string; to: string }[]>();
  for (const [key, { state }] of graph) {
    if (isGoal(state)) continue;
    edges.set(
      key,
      steps(state).map(([name, after]) => ({ name, to: JSON.stringify(after) })),
    );
  }
  const isFair = (part: ReadonlySet<string>): boolean => {
    const inside = [...part].flatMap((key) =>
      edges
        .get(key)!
        .filter(({ to }) => part.has(to))
        .map(({ name }) => name),
    );
    const names = new Set([...part].flatMap((key) => edges.get(key)!.map(({ name }) => name)));
    const untaken = [...names].filter((name) => !inside.includes(name));
    const isPossible = (key: string, name: string) => edges.get(key)!.some((edge) => edge.name === name);
    if (untaken.some((name) => owed(name) !== null && [...part].every((key) => isPossible(key, name)))) return false;
    const strong = untaken.filter((name) => owed(name) === "strong");
    if (strong.length === 0) return true;
    return partsOf([...part].filter((key) => !strong.some((name) => isPossible(key, name)))).some(isFair);
  };
  const partsOf = (keys: readonly string[]): Set<string>[] => {
    const all = new Set(keys);
    const back = new Map<string, string[]>(keys.map((key) => [key, []]));
    for (const key of keys) for (const { to } of edges.get(key)!) back.get(to)?.push(key);
    const walk = (from: string, next: (key: string) => string[]): Set<string> => {
      const seen = new Set([from]);
      for (const key of seen) for (const other of next(key)) if (all.has(other)) seen.add(other);
      return seen;
    };
    const parts: Set<string>[] = [];
    const isPlaced = new Set<string>();
    for (const key of keys) {
      if (isPlaced.has(key)) continue;
      const before = walk(key, (one) => back.get(one)!);
      const part = [...walk(key, (one) => edges.get(one)!.map(({ to }) => to))].filter((one) => before.has(one));
      for (const one of part) isPlaced.add(one);
      parts.push(new Set(part));
    }
    return parts;
  };
  return partsOf([...edges.keys()]).some(isFair);
}
