/** Crashes of foreign servers in the middle of requests, one or several: what they answered before has to hold. */
import type { Adapter } from "../../adapter/adapter.js";
import { type Body, isRecord } from "../../adapter/messages.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import type { Foreign } from "./foreign.js";
import { CRASH, type Cut, crashed, type ForeignNodes, type ForeignServer, type Past } from "./foreign-server.js";
import { type Semantics, someOrder } from "./some-order.js";

/** A kind of foreign servers: how they are asked, looked at, and spoken of. */
export interface ForeignKind<View, Request> extends Semantics<View, Request> {
  readonly bodyOf: (request: Request) => Body;
  /** What can be seen of the server. */
  readonly look: (server: ForeignServer<View>) => Promise<View>;
  readonly isSame: (a: View, b: View) => boolean;
  /** Throws AdapterError for what is no answer to the request, and ImplementationFault where it is an error. */
  readonly checkAnswer: (name: string, answer: Body, request: Request) => void;
  /** Such as "the write of A to R0". */
  readonly phraseOf: (request: Request) => string;
  /** What the registers hold, for a sentence. */
  readonly holdingsOf: (view: View) => string;
}

/** A disk that takes more in one request is not cut short everywhere. */
const DISK_WRITES_MAX = 16;

/** Where a process has to be killed, and another one started: how often. */
const KILLS_MAX = 12;

const KILLS_UNTRIED = `Requests that SIGKILL cuts short, but for ${KILLS_MAX} of them: each costs a process.`;

export class ForeignCrashes<View, Request> {
  readonly #adapter: Adapter;
  readonly #nodes: ForeignNodes;
  readonly #kind: ForeignKind<View, Request>;
  readonly #untried: Foreign["untried"];
  #kills = 0;

  constructor(
    { adapter, untried }: Pick<Foreign, "adapter" | "untried">,
    nodes: ForeignNodes,
    kind: ForeignKind<View, Request>,
  ) {
    this.#adapter = adapter;
    this.#untried = untried;
    this.#nodes = nodes;
    this.#kind = kind;
  }

  /** What a crash leaves that comes while the server handles the request. @param at which of the moments, of 1000 */
  async during(server: ForeignServer<View>, request: Request, at: number): Promise<Past<View>> {
    if (this.#adapter.can("cut")) return this.#cutEverywhere(server, request, at);
    if (!this.#mayCrash()) return crashed(server);
    const after_ms = at >= 500 ? null : at / 100;
    return this.#cutShort(server, [request], { apart: false, after_ms });
  }

  /**
   * What a crash leaves that comes when several requests have been sent. Before that, the same are sent without a
   * crash. Lines of a message each, and one line of all, take turns.
   */
  async amid(server: ForeignServer<View>, requests: readonly Request[]): Promise<Past<View>> {
    const { bodyOf } = this.#kind;
    const apart = server.history.length % 2 === 0;
    const bodies = requests.map(bodyOf);
    const { answers } = await this.#nodes.ask(server.name, { history: server.history, requests: bodies, apart });
    const asked: ForeignServer<View> = { ...server, history: [...server.history, ...bodies] };
    this.#explain(server, { requests, answers, seen: await this.#kind.look(asked), when: "" });
    if (!this.#mayCrash()) return crashed(server);
    return this.#cutShort(server, requests, { apart: !apart, after_ms: null });
  }

  #mayCrash(): boolean {
    const { crashes } = this.#adapter;
    if (crashes !== "killed") return crashes === "itself";
    if (this.#kills++ < KILLS_MAX) return true;
    this.#untried.add(KILLS_UNTRIED);
    return false;
  }

  async #cutShort(
    server: ForeignServer<View>,
    requests: readonly Request[],
    { apart, after_ms }: { readonly apart: boolean; readonly after_ms: number | null },
  ): Promise<Past<View>> {
    const { bodyOf, look } = this.#kind;
    const { name, history } = server;
    const sent = { requests: requests.map(bodyOf), apart };
    const { answers, cut } = await this.#nodes.crashDuring(name, history, sent, after_ms);
    const left = this.#after(server, cut);
    left.view = await look(left);
    const when = " after a crash that came at once";
    const done = this.#explain(server, { requests, answers, seen: left.view, when });
    cut.retold = [...done.map(bodyOf), CRASH];
    return this.#remains(server, left, done.map(bodyOf));
  }

  /** After each number of writes to its disk that the request makes: all of them are looked at, one is gone on with. */
  async #cutEverywhere(server: ForeignServer<View>, request: Request, at: number): Promise<Past<View>> {
    const { name, history } = server;
    const body = this.#kind.bodyOf(request);
    const outcomes: Past<View>[] = [];
    for (let after = 0; after < DISK_WRITES_MAX; after++) {
      const cut: Body = { type: "cut", request: body, after };
      const { answers } = await this.#nodes.ask(name, { history, requests: [cut] });
      const left = this.#after(server, cut);
      left.view = await this.#kind.look(left);
      const answer = answerIn(answers[0]!, this.#adapter);
      if (answer !== null) {
        const when = " after a crash that came next";
        this.#explain(server, { requests: [request], answers: [answer], seen: left.view, when });
      }
      outcomes.push(this.#remains(server, left, [body]));
      if (answer !== null) break;
    }
    const whole = outcomes.at(-1)!;
    const { isSame } = this.#kind;
    // What is neither is for the model to judge.
    const odd = outcomes.find(({ view }) => !isSame(view, server.view) && !isSame(view, whole.view));
    return odd ?? outcomes[at % outcomes.length]!;
  }

  #after(server: ForeignServer<View>, cut: Cut | Body): ForeignServer<View> {
    return { ...server, history: [...server.history, cut] };
  }

  #remains(before: Past<View>, { history, view }: Past<View>, done: readonly Body[]): Past<View> {
    const isChanged = !this.#kind.isSame(before.view, view);
    return { history, view, changes: isChanged ? [...before.changes, ...done] : before.changes };
  }

  /**
   * The requests that took effect. Throws ImplementationFault where no order of them explains what is answered and
   * seen.
   */
  #explain(
    { name, view: before }: ForeignServer<View>,
    {
      requests,
      answers,
      seen,
      when,
    }: {
      readonly requests: readonly Request[];
      readonly answers: readonly (Body | null)[];
      readonly seen: View;
      readonly when: string;
    },
  ): readonly Request[] {
    for (const [index, answer] of answers.entries())
      if (answer !== null) this.#kind.checkAnswer(name, answer, requests[index]!);
    const order = someOrder({ before, requests, answers, seen }, this.#kind);
    if (order !== null) return order;
    // One request that was not answered is for the model to judge.
    if (answers.length === 1 && answers[0] === null) return requests;
    const said = requests.map((request, index) => {
      const answer = answers[index]!;
      return `${this.#kind.phraseOf(request)} ${answer === null ? "not at all" : `with "${answer.type}"`}`;
    });
    const why = requests.length === 1 ? "" : ": no order of them, sent at once, leads to that";
    throw new ImplementationFault(
      `${name} answered ${said.join(", ")}, and holds ${this.#kind.holdingsOf(seen)}${when}${why}`,
    );
  }
}

/** What the node had answered before it lost its power; null where it had not come to that. */
function answerIn({ answer }: Body, adapter: Adapter): Body | null {
  if (answer === undefined || answer === null) return null;
  if (isRecord(answer) && typeof answer.type === "string") return answer as Body;
  throw adapter.fault(`sent "cut_ok" with "answer": ${JSON.stringify(answer)}, which is no answer`);
}
