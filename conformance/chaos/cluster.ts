/** The servers of one round: each a process, its directory and the link that leads to it. */
import path from "node:path";
import { freePort } from "../../impl/network/free-port.js";
import type { Dice } from "../chance/dice.js";
import { EXIT } from "../shell/exit-codes.js";
import type { DiskFault } from "./disk-fault.js";
import type { FaultCounts } from "./faults.js";
import { FaultyLink } from "./faulty-link.js";
import { type Ended, RunningProcess } from "./processes.js";

export interface ClusterOptions {
  readonly script: string;
  readonly tableFile: string;
  /** Where all data of the round is kept. */
  readonly directory: string;
  readonly dice: Dice;
  readonly counts: FaultCounts;
}

/** The process ended without being asked to: what it said. */
export type OnUnexpectedEnd = (server: string, ended: Ended) => void;

export class ServerUnderChaos {
  readonly name: string;
  readonly link: FaultyLink;
  readonly #options: ClusterOptions;
  readonly #port: number;
  readonly #onUnexpectedEnd: OnUnexpectedEnd;
  #process: RunningProcess | null = null;
  /** Whether this process ends as it is to end. */
  #isExpected: (ended: Ended) => boolean = () => false;
  #hasGoodDisk = true;

  private constructor(name: string, port: number, link: FaultyLink, options: ClusterOptions, onEnd: OnUnexpectedEnd) {
    this.name = name;
    this.link = link;
    this.#port = port;
    this.#options = options;
    this.#onUnexpectedEnd = onEnd;
  }

  static async create(name: string, options: ClusterOptions, onEnd: OnUnexpectedEnd): Promise<ServerUnderChaos> {
    const port = await freePort();
    const link = await FaultyLink.open(port, options.dice, options.counts);
    const server = new ServerUnderChaos(name, port, link, options, onEnd);
    await server.start({ isNew: true });
    return server;
  }

  get isUp(): boolean {
    return this.#process !== null && !this.#process.isOver;
  }

  /** Resolves when its process is over. */
  get isDown(): Promise<unknown> {
    return this.#process?.ended ?? Promise.resolve();
  }

  /** Resolves once it serves, or is over, which is reported unless its disk was to fail. */
  async start({ isNew = false, diskFault }: { isNew?: boolean; diskFault?: DiskFault } = {}): Promise<void> {
    const { script, tableFile, directory } = this.#options;
    const process = new RunningProcess({
      script,
      words: [
        ...["serve", this.name, "--table", tableFile, "--listen", `127.0.0.1:${this.#port}`],
        ...["--data", path.join(directory, this.name), ...(isNew ? ["--new"] : [])],
      ],
      ...(diskFault && { diskFault }),
    });
    this.#process = process;
    this.#hasGoodDisk = diskFault === undefined;
    this.#isExpected = ({ code }) => diskFault !== undefined && code === EXIT.unavailable;
    process.ended.then((ended) => {
      if (!this.#isExpected(ended)) this.#onUnexpectedEnd(this.name, ended);
    });
    await process.prints("serves registers on");
  }

  async kill(): Promise<void> {
    const before = this.#isExpected;
    // It may be over already, by itself.
    this.#isExpected = (ended) => ended.code === null || before(ended);
    await this.#process?.kill();
  }

  pause(): void {
    this.#process?.signal("SIGSTOP");
  }

  resume(): void {
    this.#process?.signal("SIGCONT");
  }

  /** Undoes everything that was done to it. */
  async heal(): Promise<void> {
    this.link.heal();
    this.resume();
    if (this.isUp && this.#hasGoodDisk) return;
    await this.kill();
    await this.start();
  }

  async close(): Promise<void> {
    this.resume();
    await this.kill();
    await this.link.close();
  }
}
