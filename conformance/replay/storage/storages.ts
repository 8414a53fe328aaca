/** The implementation's storages as replay sees them: something to put cells into, to crash, and to look into. */
import {
  type CellRecord,
  type PutIfAbsent,
  type PutIfAbsentReply,
  RegisterStorage,
} from "../../../impl/core/register-storage.js";
import { type Register, sameRegister, UNWRITTEN } from "../../../spec/register.js";
import { ImplementationFault } from "../servers/cluster.js";

/** Storages whose memory is lost at every crash, and whose records are kept once a reply has left. */
export class Storages {
  readonly #names: readonly string[];
  readonly #running: RegisterStorage[];
  readonly #durable: readonly CellRecord[][];

  /** An empty storage of each name; they go by their index from then on. */
  constructor(names: readonly string[]) {
    this.#names = names;
    this.#running = names.map(() => new RegisterStorage());
    this.#durable = names.map(() => []);
  }

  /** What the storage replies. Throws ImplementationFault if it fails. */
  putIfAbsent(server: number, request: PutIfAbsent): PutIfAbsentReply {
    const { records, reply } = this.#working(server, () => this.#running[server]!.putIfAbsent(request));
    this.#durable[server]!.push(...records);
    return reply;
  }

  /** Kills the storage and starts it again. The lost request had arrived, and nothing of it had become durable. */
  crash(server: number, lost?: PutIfAbsent): void {
    if (lost !== undefined) this.#working(server, () => this.#running[server]!.putIfAbsent(lost));
    this.#running[server] = this.#working(server, () => RegisterStorage.recover(this.#durable[server]!));
  }

  registerAt(server: number, registerSet: number): Register {
    return this.#running[server]!.registerAt(registerSet);
  }

  /** What the records say: read without the storage's own code. Throws ImplementationFault where they contradict each other. */
  durableAt(server: number, registerSet: number): Register {
    const [first, ...others] = this.#durable[server]!.filter((record) => record.registerSet === registerSet);
    if (first === undefined) return UNWRITTEN;
    if (others.every(({ holds }) => sameRegister(holds, first.holds))) return first.holds;
    throw new ImplementationFault(`${this.#names[server]} has recorded more than one content of R${registerSet}`);
  }

  #working<Result>(server: number, work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw new ImplementationFault(`${this.#names[server]} failed: ${(error as Error).message}`);
    }
  }
}
