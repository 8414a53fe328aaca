/**
 * One sentence for a fault of Quorate's own, and how to report it; the stack only for whoever asks with
 * QUORATE_DEBUG=1.
 */
export function internalErrorMessage(error: unknown, environment: NodeJS.ProcessEnv = process.env): string {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const sentence = `Quorate failed, and that is its own fault (${what.replaceAll(/\s*\n\s*/g, " ")}).`;
  if (environment.QUORATE_DEBUG) return `${sentence}\n${error instanceof Error ? error.stack : ""}`;
  return `${sentence} Run it again with QUORATE_DEBUG=1 and report what it prints, with the command and the file.`;
}
