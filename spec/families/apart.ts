/** Quorums without a server that all of them share: which is how every intersection rule fails. */
import { allServers, hasServer, type ServerSet, sizeOf } from "../server-set.js";
import { DiagramFamily } from "./diagram-family.js";
import type { Family } from "./family.js";
import { cheapestChoice, type JointChoice } from "./joint-choice.js";
import { MeetingFamily } from "./listed-family.js";
import { StepCounter } from "./too-complex.js";

/** Choices among listed quorums that may be looked at: under a second. */
const CHOICES_MAX = 3_000_000;

/**
 * One quorum of each family, such that no server is in all of them, with the fewest servers in all; null if there are
 * none. Families with a diagram, or one by what it meets, are asked what suits the quorums of the others, which are
 * tried. Throws TooComplex.
 */
export function quorumsApart(families: readonly Family[]): readonly ServerSet[] | null {
  // Diagrams can be asked together, what meets a list only alone.
  const meeting = families.find((family) => family instanceof MeetingFamily);
  const isAsked = (family: Family) => (meeting === undefined ? family instanceof DiagramFamily : family === meeting);
  const [asked, listed] = [families.filter(isAsked), families.filter((family) => !isAsked(family))];
  // Lists alone: the last is asked for each different set that the others share, which are far fewer than the choices.
  if (asked.length === 0) asked.push(...listed.splice(-1));
  const found = new ChoiceOfListed(listed, asked).best;
  if (found === null) return null;
  const inOrder = [...listed, ...asked].map((family, index) => ({ family, quorum: found[index]! }));
  return families.map(
    (family) =>
      inOrder.splice(
        inOrder.findIndex((one) => one.family === family),
        1,
      )[0]!.quorum,
  );
}

/**
 * One quorum of each family, such that their servers cost least together; null if there are none, and where a family is
 * not kept by a diagram. Throws TooComplex.
 *
 * @param costs of a server by the quorums that it is in, bit by bit: from 0, in none of them, to 2 ** families - 1
 */
export function cheapestTogether(families: readonly Family[], costs: readonly number[]): JointChoice | null {
  const diagrams = families.filter((family) => family instanceof DiagramFamily);
  if (diagrams.length < families.length) return null;
  const nodes = diagrams.map(({ node }) => node);
  const allowed = membershipsOf(families.length, costs.at(-1) === Number.POSITIVE_INFINITY);
  return cheapestChoice(diagrams[0]!.families.diagrams, nodes, allowed, (_, membership) => costs[membership]!);
}

/** The quorums found are of the listed families, then of the others. */
class ChoiceOfListed {
  best: readonly ServerSet[] | null = null;
  #fewest = Number.POSITIVE_INFINITY;
  readonly #listed: readonly (readonly ServerSet[])[];
  readonly #asked: readonly Family[];
  /** The smallest quorums of the families that are asked have this many servers together. */
  readonly #leastAsked: number;
  readonly #answers = new Map<ServerSet, readonly ServerSet[] | null>();
  readonly #steps = new StepCounter(`takes more than ${CHOICES_MAX.toLocaleString("en")} steps to judge`, CHOICES_MAX);

  constructor(listed: readonly Family[], asked: readonly Family[]) {
    this.#listed = listed.map((family) => family.listOnTheWay());
    this.#asked = asked;
    const smallest = asked.map((family) => family.smallestOrNone);
    this.#leastAsked = smallest.includes(null) ? Number.POSITIVE_INFINITY : serversOf(smallest as ServerSet[]);
    this.#try((listed[0] ?? asked[0])!.everybody, 0, []);
  }

  /**
   * @param shared the servers that are in all of the chosen quorums
   * @param servers how many are in them together
   */
  #try(shared: ServerSet, servers: number, chosen: readonly ServerSet[]): void {
    this.#steps.step();
    if (servers + this.#leastAsked >= this.#fewest) return;
    if (chosen.length < this.#listed.length) {
      for (const quorum of this.#listed[chosen.length]!) {
        this.#try(shared & quorum, servers + sizeOf(quorum), [...chosen, quorum]);
      }
      return;
    }
    const answer = this.#answerTo(shared);
    if (answer === null || servers + serversOf(answer) >= this.#fewest) return;
    this.#fewest = servers + serversOf(answer);
    this.best = [...chosen, ...answer];
  }

  #answerTo(shared: ServerSet): readonly ServerSet[] | null {
    const known = this.#answers.get(shared);
    if (known !== undefined) return known;
    const answer = smallestApartFrom(shared, this.#asked);
    this.#answers.set(shared, answer);
    return answer;
  }
}

const serversOf = (sets: readonly ServerSet[]): number => sets.reduce((sum, set) => sum + sizeOf(set), 0);

/** A quorum of each family, the fewest servers in all, such that none of these servers is in all of them; or null. */
function smallestApartFrom(shared: ServerSet, families: readonly Family[]): readonly ServerSet[] | null {
  const [first, ...others] = families as readonly [Family, ...Family[]];
  if (others.length === 0) {
    const smallest = first.smallestWithin(first.everybody & ~shared);
    return smallest === null ? null : [smallest];
  }
  const diagrams = families.filter((family) => family instanceof DiagramFamily);
  const nodes = diagrams.map(({ node }) => node);
  const all = allServers(families.length);
  const cost = (server: number, membership: number): number =>
    membership === all && hasServer(shared, server) ? Number.POSITIVE_INFINITY : sizeOf(membership);
  const memberships = membershipsOf(families.length, shared === first.everybody);
  return cheapestChoice(diagrams[0]!.families.diagrams, nodes, memberships, cost)?.sets ?? null;
}

/** Of which of the sets a server may be a member, bit by bit; of many first. */
function membershipsOf(sets: number, notOfAll: boolean): number[] {
  const count = 2 ** sets - (notOfAll ? 2 : 1);
  return Array.from({ length: count }, (_, index) => index + 1).sort((a, b) => sizeOf(b) - sizeOf(a) || a - b);
}
