/**
 * A proxy in front of one server, which does to messages what networks do. Frames pass it one by one, so that they can
 * be late, overtake each other, come twice, or break off in the middle.
 */
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { encodeFrame, FrameDecoder } from "../../impl/encoding/frames.js";
import type { Dice } from "../chance/dice.js";
import type { FaultCounts } from "./faults.js";

/** One message in this number is delayed, and so on. */
const DELAYED = 4;
const REPEATED = 10;
const CUT = 40;
const TORN = 40;
const HALF_CLOSED = 40;
const DELAY_MAX_MS = 60;

export class FaultyLink {
  readonly #server: Server;
  readonly #port: number;
  readonly #dice: Dice;
  readonly #counts: FaultCounts;
  readonly #sockets = new Set<Socket>();
  #isCutOff = false;
  #isFaulty = true;

  private constructor(server: Server, port: number, dice: Dice, counts: FaultCounts) {
    this.#server = server;
    this.#port = port;
    this.#dice = dice;
    this.#counts = counts;
    server.on("connection", (client) => this.#join(client));
  }

  /** Listens on a free port of this machine, and passes on to this one. */
  static async open(port: number, dice: Dice, counts: FaultCounts): Promise<FaultyLink> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return new FaultyLink(server, port, dice, counts);
  }

  /** `host:port` for clients. */
  get address(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("this link is closed");
    return `127.0.0.1:${address.port}`;
  }

  /** Nothing reaches the server, and nothing comes from it, until it is undone; connections stay, and hear nothing. */
  set isCutOff(isCutOff: boolean) {
    if (isCutOff && !this.#isCutOff) this.#counts.count("server cut off");
    this.#isCutOff = isCutOff;
    for (const socket of this.#sockets) {
      if (isCutOff) socket.pause();
      else socket.resume();
    }
  }

  /** From now on everything arrives, in time and once. */
  heal(): void {
    this.isCutOff = false;
    this.#isFaulty = false;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #join(client: Socket): void {
    const server = connect({ host: "127.0.0.1", port: this.#port, noDelay: true, allowHalfOpen: true });
    const sockets = [client, server];
    const cut = () => {
      for (const socket of sockets) socket.destroy();
    };
    for (const socket of sockets) {
      this.#sockets.add(socket);
      socket.on("error", cut);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        cut();
      });
      if (this.#isCutOff) socket.pause();
    }
    this.#pass(client, server, cut, true);
    this.#pass(server, client, cut, false);
  }

  #pass(from: Socket, to: Socket, cut: () => void, areRequests: boolean): void {
    const decoder = new FrameDecoder();
    let sent = 0;
    let latestArrived = 0;
    let isOver = false;
    let isTorn = false;
    const deliver = (frame: Buffer, number: number): void => {
      if (isTorn || to.destroyed || to.writableEnded) return;
      if (number < latestArrived) this.#counts.count("reordered");
      latestArrived = Math.max(latestArrived, number);
      to.write(frame);
    };
    from.on("data", (chunk: Buffer) => {
      for (const body of decoder.push(chunk)) {
        if (isOver) return;
        const frame = encodeFrame(body);
        const number = ++sent;
        if (!this.#isFaulty) {
          deliver(frame, number);
        } else if (this.#dice.onceIn(CUT)) {
          isOver = true;
          this.#counts.count("connection cut");
          cut();
        } else if (this.#dice.onceIn(TORN)) {
          isOver = isTorn = true;
          this.#counts.count("message torn");
          to.write(frame.subarray(0, this.#dice.between(1, frame.length - 1)), cut);
        } else {
          // A connection begins with a hello, which no client sends twice.
          this.#deliverSomehow(() => deliver(frame, number), areRequests && number > 1);
          if (areRequests && this.#dice.onceIn(HALF_CLOSED)) {
            isOver = true;
            this.#counts.count("half closed");
            setTimeout(() => to.end(), DELAY_MAX_MS);
          }
        }
      }
    });
    from.on("end", () => setTimeout(() => to.end(), this.#isFaulty ? DELAY_MAX_MS : 0));
  }

  #deliverSomehow(deliver: () => void, mayRepeat: boolean): void {
    if (mayRepeat && this.#dice.onceIn(REPEATED)) {
      this.#counts.count("repeated");
      // Late, so that it comes after what was asked later.
      setTimeout(deliver, this.#dice.between(1, DELAY_MAX_MS));
    }
    if (this.#dice.onceIn(DELAYED)) {
      this.#counts.count("delayed");
      setTimeout(deliver, this.#dice.between(1, DELAY_MAX_MS));
    } else {
      deliver();
    }
  }
}
