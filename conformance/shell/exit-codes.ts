/** What the process tells the shell. 64 and up follow BSD's sysexits.h. */

export const EXIT = {
  /**
   * Every table is safe, and the implementation agrees (or replay was not asked for); a log is explained, a history
   * linearizable.
   */
  safe: 0,
  /**
   * Two values can be decided, or `propose` or `read` found two. For `quorate tables`: a table did not come out as
   * pinned; for `validate` and `linearize`: what happened is refused.
   */
  unsafe: 1,
  /**
   * The rules do not answer what was asked, and exploration found no violation; for `tables` and `sweep`, Ctrl-C; for
   * `read`, nothing is known to be decided; for `validate` and `linearize`, a bound was hit.
   */
  inconclusive: 2,
  /** The implementation does something that the model does not. */
  diverges: 3,
  /** The command line makes no sense. */
  usage: 64,
  /**
   * A file cannot be read, or is not a quorum table. For `serve` and `propose`: what was brought together does not
   * belong together.
   */
  unreadable: 65,
  /**
   * For `probe` and an adapter that is a store: it does not answer, or its library is not installed. For `serve`,
   * `propose` and `read`: no quorum answered, or no server at all, or an address, a directory or a disk cannot be used.
   */
  unavailable: 69,
  /** Quorate itself is broken. */
  internal: 70,
  /** A second Ctrl-C: 128 + SIGINT. */
  interrupted: 130,
  /** A second SIGTERM: 128 + SIGTERM. */
  terminated: 143,
  /** The results are not read any more, as in `quorate … | head -1`: 128 + SIGPIPE. */
  brokenPipe: 141,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * What a caller most needs to know comes first: a run that cannot be trusted, then a wrong program, then a wrong
 * table.
 */
const BY_SEVERITY: readonly ExitCode[] = [
  EXIT.internal,
  EXIT.unavailable,
  EXIT.unreadable,
  EXIT.usage,
  EXIT.diverges,
  EXIT.unsafe,
  EXIT.inconclusive,
  EXIT.safe,
];

/** The exit code for several files; safe for none. */
export const mostSevere = (codes: readonly ExitCode[]): ExitCode =>
  BY_SEVERITY.find((code) => codes.includes(code)) ?? EXIT.safe;
