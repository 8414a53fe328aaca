/**
 * The processes that the attempts of a replayed run belong to: each makes one attempt after the other, and remembers
 * its claims.
 */
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import type { Restorable } from "../lockstep/lockstep-run.js";
import type { Network } from "../systems/system-under-test.js";

type ClientsOf = Pick<Network<unknown, unknown>, "openClaims" | "crashClient">;

interface Process {
  /** Register sets that it used, by their real index. */
  readonly used: number[];
  /** Whether its last attempt is over, so that it may begin another. */
  isFree: boolean;
}

export class ClientProcesses {
  readonly #network: ClientsOf;
  #processes: Process[] = [];

  constructor(network: ClientsOf) {
    this.#network = network;
  }

  /**
   * The number of a process that begins an attempt in the register set: one that has come to an end elsewhere if there
   * is any, else a new one. Throws ImplementationFault unless its claims let it have this set, and none that it used
   * before.
   */
  async begin(registerSet: number): Promise<number> {
    const free = this.#processes.findIndex(({ used, isFree }) => isFree && !used.includes(registerSet));
    const number = free < 0 ? this.#processes.push({ used: [], isFree: true }) - 1 : free;
    const process = this.#processes[number]!;
    const claims = await this.#network.openClaims(number);
    for (const used of process.used) {
      if ((await claims.claim(used)) === null) continue;
      throw new ImplementationFault(`a client that used R${used} before it was restarted may use it again`);
    }
    const claim = await claims.claim(registerSet);
    if (claim === null) throw new ImplementationFault(`a client may not use R${registerSet}, which it never used`);
    await claim.durable;
    process.used.push(registerSet);
    process.isFree = false;
    return number;
  }

  /** What `save` gives stays good whatever is done afterwards. */
  readonly restorable: Restorable = {
    save: () => copiesOf(this.#processes),
    restore: (saved) => {
      this.#processes = copiesOf(saved as readonly Process[]);
    },
  };

  /** Its attempt is over: it has output, given up, or (`crashed`) lost all but its claims. */
  end(number: number, crashed: boolean): void {
    this.#processes[number]!.isFree = true;
    if (crashed) this.#network.crashClient(number);
  }
}

const copiesOf = (processes: readonly Process[]): Process[] =>
  processes.map(({ used, isFree }) => ({ used: [...used], isFree }));
