/** The implementation's servers as replay sees them: something to send requests to, to crash, and to look into. */
import type { Reply, Request } from "../../../impl/core/protocol.js";
import type { Register } from "../../../spec/register.js";

export interface Cluster {
  readonly driver: "memory" | "tcp";
  /**
   * Resolves with the server's reply. Rejects with ImplementationFault if the server fails, stays silent, or replies before
   * what it promises is on disk.
   */
  request(server: number, request: Request): Promise<Reply>;
  /** Kills the server without warning and starts it again from what its disk kept. Rejects with ImplementationFault if it cannot. */
  crash(server: number): Promise<void>;
  /** Makes `registerAt` current. */
  observe(): Promise<void>;
  registerAt(server: number, registerSet: number): Register;
  close(): Promise<void>;
}

/** The implementation did something that no state of the model excuses; the message is a sentence about it. */
export class ImplementationFault extends Error {}
