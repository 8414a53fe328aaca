/** The ways of exploring that `npm run bench` compares, and the measurement of one of them. */
import { type ExploreOptions, explore } from "../kernel/index.js";
import { type RegistersModel, registersModel } from "../registers/registers.js";
import type { Scope } from "../registers/scope.js";
import { Canonicalizer } from "../symmetry/canonical-form.js";
import { exploreQuotient } from "../symmetry/quotient-search.js";
import { type BenchmarkScope, scopeOf } from "./spin-scope.js";

/** Enough for any graph that fits the machine. */
const GRAPH_TRANSITIONS_MAX = 400_000_000;

/** Plain data: it must fit through a child's argv. */
export interface Way {
  readonly name: string;
  /** states: state by state. symmetry: one state of every orbit. */
  readonly kind: "states" | "symmetry";
  readonly threads: number;
  readonly options?: ExploreOptions;
}

/**
 * The yardstick of all, and the others for every number of threads. The kernel begins with one thread and lets others
 * join once the search has proved large; so that this can be judged, it is also measured with all threads from the
 * start.
 */
export const waysFor = (threadCounts: readonly number[]): Way[] => [
  { name: "with graph", kind: "states", threads: 1, options: { graphTransitionsMax: GRAPH_TRANSITIONS_MAX } },
  ...threadCounts.flatMap((threads): Way[] => {
    const name = threads === 1 ? "1 thread" : `${threads} threads`;
    const fromStart: ExploreOptions = { tuning: { parallelFromStates: 1, awaitsWorkers: true } };
    const parallel: Way = { name: `${name} from the start`, kind: "states", threads, options: fromStart };
    return [{ name, kind: "states", threads }, ...(threads === 1 ? [] : [parallel])];
  }),
  ...threadCounts.map((threads): Way => {
    const name = `symmetry, ${threads === 1 ? "1 thread" : `${threads} threads`}`;
    return { name, kind: "symmetry", threads };
  }),
];

/** What every way must find. */
interface Found {
  readonly distinctStates: number;
  readonly transitions: number;
  readonly depth: number;
  /** States that were kept to stand for all, one for every orbit; null without symmetry. */
  readonly representatives: number | null;
  /** Of states and tables, when the search ends. */
  readonly bytes: number;
}

export interface Figures extends Found {
  readonly elapsed_s: number;
  /** Of all threads, compilers included. */
  readonly processor_s: number;
  /** The peak of the whole process, node included, in bytes. */
  readonly peakBytes: number;
}

export interface Measurement {
  readonly scope: BenchmarkScope;
  readonly way: Way;
}

/** In a process that has explored nothing yet, since compiled code and grown memory would help the second way. */
export async function measure({ scope, way }: Measurement): Promise<Figures> {
  const explored = scopeOf(scope);
  const model = registersModel(explored);
  const processorBefore = process.cpuUsage();
  const started_ms = performance.now();
  const found = await exploreBy(way, model, explored);
  const elapsed_s = (performance.now() - started_ms) / 1000;
  const { user, system } = process.cpuUsage(processorBefore);
  return {
    ...found,
    elapsed_s,
    processor_s: (user + system) / 1e6,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
}

async function exploreBy({ kind, threads, options }: Way, model: RegistersModel, scope: Scope): Promise<Found> {
  switch (kind) {
    case "states": {
      const { distinctStates, transitions, depth, bytes } = await explore(model, { ...options, workers: threads });
      return { distinctStates, transitions, depth, bytes, representatives: null };
    }
    case "symmetry": {
      const quotient = await exploreQuotient(model, new Canonicalizer(model, scope), { ...options, workers: threads });
      const { distinctStates, transitions, depth, representatives, forms } = quotient;
      return { distinctStates, transitions, depth, bytes: forms.bytes, representatives };
    }
    default:
      return kind satisfies never;
  }
}
