/** `--adapter`, which means the same everywhere. */
import type { AdapterOptions } from "../adapter/adapter.js";
import { addressIn, TCP_SCHEME } from "../adapter/tcp-address.js";

/** An adapter that starts may have to be loaded first. */
export const ADAPTER_TIMEOUT_S = 10;

/** As commander hands the options over. */
export interface AdapterFlags {
  readonly adapter?: string;
  readonly transcript?: string;
  readonly adapterTimeout: number;
}

export const adapterOf = ({ adapter, transcript, adapterTimeout }: AdapterFlags): AdapterOptions | null =>
  adapter === undefined ? null : { command: adapter, transcript: transcript ?? null, answer_ms: adapterTimeout * 1000 };

/** What is wrong with the address of an adapter, a sentence; null for a command, and for an address that can be. */
export function addressProblem(adapter: string): string | null {
  if (!adapter.startsWith(TCP_SCHEME)) return null;
  try {
    addressIn(adapter);
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}
