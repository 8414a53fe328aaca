/** Where commands print: results on stdout, everything else on stderr, colours only where a person looks. */
import { styleText } from "node:util";
import { EXIT } from "./exit-codes.js";

type Style = Parameters<typeof styleText>[0];

/** Text as it is, or dressed up for a terminal. */
export type Paint = (style: Style, text: string) => string;

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

export const plain: Paint = (_style, text) => text;

// Whether to colour is decided here, once, so styleText need not look at the stream again.
const coloured: Paint = (style, text) => styleText(style, text, { validateStream: false });

/** See https://no-color.org: any value but the empty one switches colours off. */
export const paintFor = (stream: { readonly isTTY?: boolean }, environment: NodeJS.ProcessEnv): Paint =>
  stream.isTTY === true && !environment.NO_COLOR && environment.TERM !== "dumb" ? coloured : plain;

export function processTerminal(): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    errIsTTY: process.stderr.isTTY === true,
    errColumns: process.stderr.columns ?? 80,
    paint: paintFor(process.stdout, process.env),
  };
}

/** Ends quietly when whoever reads the results has gone; not with 0, which would call an unjudged table safe. */
export function endQuietlyOnBrokenPipe(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE") process.exit(EXIT.brokenPipe);
      throw error;
    });
  }
}
