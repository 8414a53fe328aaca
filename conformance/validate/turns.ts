/** Long work in turns: between them it says how far it has come, and hears of an interruption. */

export type ValidateProgress =
  | { readonly doing: "reading"; readonly file: string; readonly events: number }
  | { readonly doing: "ordering"; readonly explained: number; readonly events: number }
  | {
      readonly doing: "adding hidden steps";
      readonly explained: number;
      readonly events: number;
      readonly states: number;
    };

export interface Turns {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ValidateProgress) => void;
}

/** Events that are explained in a turn: some hundredths of a second. */
export const EVENTS_OF_A_TURN = 10_000;

/** Resolves with whether to go on. */
export async function nextTurn({ signal, onProgress }: Turns, progress: ValidateProgress): Promise<boolean> {
  onProgress?.(progress);
  await new Promise(setImmediate);
  return signal?.aborted !== true;
}
