/** Where commands print: results on stdout, everything else on stderr, colours only where a person looks. */
import { styleText } from "node:util";
import { systemReason } from "../../spec/table-file/system-reason.js";
import { EXIT } from "./exit-codes.js";

type Style = Parameters<typeof styleText>[0];

/** Text as it is, or dressed up for a terminal; and what fits on a line there. */
export interface Paint {
  (style: Style, text: string): string;
  /** Characters on a line. */
  readonly columns: number;
  /** Whether tables may be wider, and show every server. */
  readonly wide: boolean;
  /** What no line may be longer than; Infinity where the terminal's width is not known, or all is to be shown. */
  readonly limit: number;
}

export interface Terminal {
  /** Writes results, without adding a line feed. */
  readonly out: (text: string) => void;
  /** Writes progress and complaints, without adding a line feed. */
  readonly err: (text: string) => void;
  readonly errIsTTY: boolean;
  /** Columns of the terminal behind stderr. */
  readonly errColumns: number;
  /** For text that goes to stdout. */
  readonly paint: Paint;
}

/** Where it is not said how wide lines are. */
const COLUMNS = 100;

const asItIs = (_style: Style, text: string): string => text;

// Whether to colour is decided here, once, so styleText need not look at the stream again.
const coloured = (style: Style, text: string): string => styleText(style, text, { validateStream: false });

/** @param columns null where it is not said */
const paintOf = (colour: typeof coloured, columns: number | null): Paint =>
  Object.assign((style: Style, text: string) => colour(style, text), {
    columns: columns ?? COLUMNS,
    wide: false,
    limit: columns ?? Number.POSITIVE_INFINITY,
  });

export const plain: Paint = paintOf(asItIs, null);

/**
 * See https://no-color.org: any value but the empty one switches colours off. FORCE_COLOR decides before it, as
 * everywhere in Node: 0 and false are off, and everything else is on, as where CI shows colours without being a
 * terminal.
 */
export function paintFor(stream: PaintedStream, environment: NodeJS.ProcessEnv): Paint {
  const { FORCE_COLOR, NO_COLOR, TERM } = environment;
  const isColoured =
    FORCE_COLOR === undefined
      ? stream.isTTY === true && !NO_COLOR && TERM !== "dumb"
      : FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return paintOf(isColoured ? coloured : asItIs, columnsIn(environment) ?? stream.columns ?? null);
}

/** What `COLUMNS` asks for, as in other tools; null where it is no width. */
function columnsIn({ COLUMNS: columns = "" }: NodeJS.ProcessEnv): number | null {
  return /^[1-9]\d*$/.test(columns) ? Number(columns) : null;
}

/** The same, for lines as long as they may be. */
export const widePaint = (paint: Paint): Paint =>
  Object.assign((style: Style, text: string) => paint(style, text), {
    columns: paint.columns,
    wide: true,
    limit: Number.POSITIVE_INFINITY,
  });

interface PaintedStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    errIsTTY: process.stderr.isTTY === true,
    errColumns: process.stderr.columns ?? 80,
    paint: paintFor(process.stdout, process.env),
  };
}

/**
 * Ends quietly when whoever reads the results has gone, and with a sentence where they cannot be written; not with 0,
 * which would call an unjudged table safe.
 */
export function endWhereOutputFails(): void {
  for (const [name, stream] of [["output", process.stdout] as const, ["error", process.stderr] as const]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(EXIT.brokenPipe);
      if (name === "output") process.stderr.write(`quorate: cannot write to standard output: ${systemReason(error)}\n`);
      process.exit(EXIT.unavailable);
    });
  }
}
