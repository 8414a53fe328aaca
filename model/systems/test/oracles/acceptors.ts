/** Paxos as messages in a set, after the textbook: `acceptors` once more. */
import { changed, pairs, range, searchDumbly, setsOf } from "./dumbly.js";

interface State {
  /** By acceptor: greatest ballot seen, and the vote as [ballot, value] or nothing. */
  seen: number[];
  vote: (number[] | null)[];
  /** Sorted texts. */
  sent: string[];
  crashes: number;
}

export function acceptorsDumbly(variant: string, servers: number, ballots: number, values: number, crashes: number) {
  const majority = Math.floor(servers / 2) + 1;
  const blind = variant === "first-value-only" || variant === "accept-anything";
  const send = (state: State, message: unknown[]) => {
    const text = JSON.stringify(message);
    if (!state.sent.includes(text)) state.sent = [...state.sent, text].sort();
  };
  // biome-ignore lint/suspicious/noExplicitAny: messages are plain lists
  const messages = (state: State, kind: string): any[] =>
    state.sent.map((text) => JSON.parse(text)).filter(([k]) => k === kind);
  const chosen = (state: State): number[] =>
    range(values).filter((v) =>
      range(ballots).some(
        (b) => messages(state, "2b").filter(([, , ballot, value]) => ballot === b && value === v).length >= majority,
      ),
    );
  const next = (state: State): State[] => {
    const out: State[] = [];
    const step = (change: (copy: State) => void) => out.push(changed(state, change));
    for (const b of range(ballots)) {
      if (!blind) step((s) => send(s, ["1a", b]));
      const isProposed = messages(state, "2a").some(([, ballot]) => ballot === b);
      const promises = messages(state, "1b").filter(([, , ballot]) => ballot === b);
      for (const v of range(values)) {
        const allowed =
          blind ||
          setsOf(promises, majority).some((set) => {
            const told = set.flatMap(([, , , vote]) => (vote === null ? [] : [vote])).sort((x, y) => y[0] - x[0]);
            return told.length === 0 || told[0][1] === v;
          });
        if (!isProposed && allowed) step((s) => send(s, ["2a", b, v]));
      }
    }
    for (const [a, [, b]] of pairs(range(servers), messages(state, "1a"))) {
      const hasTold = messages(state, "1b").some(([, acceptor, ballot]) => acceptor === a && ballot === b);
      if (hasTold || (variant !== "ask-first" && state.seen[a]! >= b)) continue;
      step((s) => {
        send(s, ["1b", a, b, s.vote[a]]);
        if (variant !== "ask-first") s.seen[a] = b;
      });
    }
    for (const [a, [, b, v]] of pairs(range(servers), messages(state, "2a"))) {
      if (state.sent.includes(JSON.stringify(["2b", a, b, v]))) continue;
      const takes =
        variant === "first-value-only"
          ? state.vote[a] === null
          : variant === "accept-anything" || variant === "ask-first" || state.seen[a]! <= b;
      if (!takes) continue;
      step((s) => {
        if (!blind && variant !== "ask-first") s.seen[a] = b;
        s.vote[a] = [b, v];
        send(s, ["2b", a, b, v]);
      });
    }
    const [losesBallot, losesVote] = [
      ["forgets-promise", "forgets-all"].includes(variant),
      ["forgets-vote", "forgets-all"].includes(variant),
    ];
    for (const a of range(servers)) {
      if (state.crashes === crashes) continue;
      if (!((losesBallot && state.seen[a]! >= 0) || (losesVote && state.vote[a] !== null))) continue;
      step((s) => {
        s.crashes++;
        if (losesBallot) s.seen[a] = -1;
        if (losesVote) s.vote[a] = null;
      });
    }
    return out;
  };
  const initial = { seen: range(servers).map(() => -1), vote: range(servers).map(() => null), sent: [], crashes: 0 };
  const found = searchDumbly<State>({ initial, next, fails: { agreement: (state) => chosen(state).length > 1 } });
  return { ...found, chosen };
}
