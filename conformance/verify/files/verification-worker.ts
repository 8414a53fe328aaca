/** What a thread of the verification pool runs. */
import type { MessagePort } from "node:worker_threads";
import type { QuorumTable } from "../../../spec/quorum-table.js";
import type { Verification } from "../report.js";
import type { VerifyRequest } from "../request.js";
import { verifyTable } from "../verify.js";

export interface VerificationTask {
  readonly file: string;
  readonly table: QuorumTable;
  readonly request: VerifyRequest;
  /** Takes lines of progress; any message from the other side means that the work should end early. */
  readonly port: MessagePort;
}

export default async function verify({ file, table, request, port }: VerificationTask): Promise<Verification> {
  const controller = new AbortController();
  port.on("message", () => controller.abort());
  try {
    return await verifyTable(file, table, {
      ...request,
      signal: controller.signal,
      // Several tables are reported in one matrix, when all is known.
      onAnswer: () => {},
      onProgress: (line) => port.postMessage(line),
    });
  } finally {
    port.close();
  }
}
