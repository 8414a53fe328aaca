/** Messages between nodes and services: who sent what, and what of it is still on its way. */
import type { Body, Envelope } from "../../adapter/messages.js";

export interface Message {
  /** In the order of sending, from 0. */
  readonly number: number;
  readonly envelope: Envelope;
}

export class Network {
  /** Sent, and not delivered; what is lost is never delivered. Oldest first. */
  readonly #underway = new Map<number, Message>();
  /** What was delivered or lost, oldest first. */
  readonly #taken: Message[] = [];
  #sent = 0;

  send(envelope: Envelope): Message {
    const message = { number: this.#sent++, envelope };
    this.#underway.set(message.number, message);
    return message;
  }

  /** Takes the message off its way, if it is still there. */
  take(message: Message): void {
    if (this.#underway.delete(message.number)) this.#taken.push(message);
  }

  /**
   * The message of another run that is this one here: the newest one underway on the same link that says the same, or
   * else the newest of its kind; null where there is none.
   *
   * @param isAgain whether it has come before, and comes once more
   */
  alike({ src, dest, body }: Envelope, isAgain: boolean): Message | null {
    const sameKind = [...(isAgain ? this.#taken : this.#underway.values())]
      .filter(({ envelope }) => envelope.src === src && envelope.dest === dest && envelope.body.type === body.type)
      .reverse();
    const said = content(body);
    return sameKind.find(({ envelope }) => content(envelope.body) === said) ?? sameKind[0] ?? null;
  }
}

/** What a message says, without its number and that of what it answers. */
const content = ({ msg_id: _, in_reply_to: __, ...said }: Body): string => JSON.stringify(said);
