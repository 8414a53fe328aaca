/** A run in a file: all that it takes to take it again. */
import { decoder, Shape } from "../../spec/schema/decode.js";
import { tableFileError } from "../../spec/table-file/problems.js";
import { readText } from "../../spec/table-file/read-text.js";
import type { Step } from "./cluster.js";
import { nodeNames } from "./nodes/node-names.js";
import { WORKLOAD_NAMES } from "./workloads/registry.js";

export interface RecordedRun {
  readonly workload: string;
  readonly command: string;
  readonly nodes: number;
  readonly seed: number;
  readonly realTime: boolean;
  readonly steps: readonly Step[];
}

const body = Shape.Struct({ type: Shape.String }, { key: Shape.String, value: Shape.Unknown });
const amount = Shape.Number.pipe(Shape.nonNegative());
const node = Shape.String;

const step = Shape.Union(
  Shape.Struct({ kind: Shape.Literal("ask"), client: Shape.String, node, request: body }),
  Shape.Struct({
    kind: Shape.Literal("deliver"),
    message: Shape.Struct({ src: Shape.String, dest: Shape.String, body }),
    isAgain: Shape.optional(Shape.Literal(true)),
    isStale: Shape.optional(Shape.Literal(true)),
  }),
  Shape.Struct({ kind: Shape.Literal("time"), node, ns: amount }),
  Shape.Struct({ kind: Shape.Literal("wait"), ms: amount }),
  Shape.Struct({ kind: Shape.Literal("crash"), node }),
);

const decode = decoder(
  Shape.Struct({
    workload: Shape.String,
    command: Shape.String,
    nodes: Shape.Int.pipe(Shape.between(1, 9)),
    seed: Shape.Int.pipe(Shape.nonNegative()),
    realTime: Shape.Boolean,
    steps: Shape.Array(step),
  }),
);

export const runText = (run: RecordedRun): string => `${JSON.stringify(run, null, 1)}\n`;

/** Throws TableFileError. */
export function readRun(file: string): RecordedRun {
  const refuse = (problem: string) => tableFileError({ file, line: 1, column: 1 }, problem, "--run writes such files");
  const decoded = decode(parsed(readText(file), refuse));
  if (!decoded.ok) {
    const path = decoded.issues[0]!.path.join(".");
    throw refuse(`this is no run of maelstrom${path === "" ? "" : `: "${path}" is none of what belongs there`}`);
  }
  const run = decoded.value as RecordedRun;
  if (!WORKLOAD_NAMES.includes(run.workload)) throw refuse(`there is no workload ${JSON.stringify(run.workload)}`);
  const names = new Set(nodeNames(run.nodes));
  const stranger = run.steps.flatMap((step) => ("node" in step ? [step.node] : [])).find((name) => !names.has(name));
  if (stranger !== undefined) throw refuse(`one of its steps is at ${stranger}, which is none of its nodes`);
  return run;
}

function parsed(text: string, refuse: (problem: string) => Error): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw refuse(`this is no run of maelstrom: ${(error as Error).message}`);
  }
}
