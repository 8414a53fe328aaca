/**
 * Requests that were sent at once may take effect in any order: is there one that explains what was answered, and what
 * is held now?
 */
import type { Body } from "../../adapter/messages.js";

/** What a server is asked, and what that does, one request after the other. */
export interface Semantics<View, Request> {
  /** What it holds after the request. */
  readonly after: (before: View, request: Request) => View;
  /** Whether it may answer so. */
  readonly mayAnswer: (answer: Body, request: Request, before: View, after: View) => boolean;
  /** Whether a server that holds this may look like that. */
  readonly mayLook: (held: View, seen: View) => boolean;
}

export interface Concurrent<View, Request> {
  readonly before: View;
  readonly requests: readonly Request[];
  /** By request; null where a crash came first: then it may have taken effect, or not. */
  readonly answers: readonly (Body | null)[];
  readonly seen: View;
}

/** The requests that may have taken effect, in an order that explains everything; null where there is none. */
export function someOrder<View, Request>(
  { before, requests, answers, seen }: Concurrent<View, Request>,
  { after, mayAnswer, mayLook }: Semantics<View, Request>,
): readonly Request[] | null {
  const search = (held: View, taken: ReadonlySet<number>): readonly Request[] | null => {
    const areAllAnswered = answers.every((answer, index) => answer === null || taken.has(index));
    if (areAllAnswered && mayLook(held, seen)) return [...taken].map((index) => requests[index]!);
    for (const [index, request] of requests.entries()) {
      if (taken.has(index)) continue;
      const next = after(held, request);
      const answer = answers[index]!;
      if (answer !== null && !mayAnswer(answer, request, held, next)) continue;
      const order = search(next, new Set([...taken, index]));
      if (order !== null) return order;
    }
    return null;
  };
  return search(before, new Set());
}
