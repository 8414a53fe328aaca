import { type Formula, listFormula, type Operand, orderOfMention, weighing } from "../families/formula.js";
import { type ExpressionScope, evaluate, formulaOf, type Meaning } from "../quorum-expression.js";
import { ExpressionError, parseExpression, RESERVED_WORDS } from "../quorum-expression-parser.js";
import type { QuorumFamily, ServerGroup } from "../quorum-table.js";
import { quote } from "../quote.js";
import type { QuorumsShape, WeightsShape } from "../schema/table-shape.js";
import { NO_SERVERS, type ServerSet, singleton } from "../server-set.js";
import type { SourcePosition } from "../source-position.js";
import { didYouMean } from "./did-you-mean.js";
import { whyNotAName } from "./names.js";
import type { Problems } from "./problems.js";
import { isFlatList, isWeights, textOf } from "./quorums-shape.js";
import { type Entitled, everybodyOf, type Roles } from "./roles.js";
import type { Path, YamlSource } from "./yaml-source.js";

/** Weights and thresholds stay far below the integers that a double holds exactly, even summed over all servers. */
const WEIGHT_MAX = 2 ** 31 - 1;
const GROUP_CHAIN_MAX = 100;

/** A group that no register set uses, and where it stands. */
export interface UnusedGroup {
  readonly name: string;
  readonly at: SourcePosition;
}

/** Reads quorums in all their forms: expressions, lists, weights, and groups that use each other. */
export class QuorumReader {
  readonly #servers: ReadonlyMap<string, number>;
  readonly #groups: ReadonlyMap<string, QuorumsShape>;
  /** Groups read so far; null for those with problems, which are reported once and not again where they are used. */
  readonly #meanings = new Map<string, Meaning | null>();
  /** Groups being read, outermost first: a group met again is a cycle. */
  readonly #reading: string[] = [];
  /** By group, the groups that it names; what register sets name is under "". */
  readonly #named = new Map<string, Set<string>>();
  readonly #names: readonly string[];
  readonly #observers: Roles["observers"];
  /** Who may be in what is being read: for groups, any server. */
  #entitled: Entitled;
  readonly #source: YamlSource;
  readonly #problems: Problems;

  constructor(roles: Roles, groups: Readonly<Record<string, QuorumsShape>>, source: YamlSource, problems: Problems) {
    this.#names = roles.servers;
    this.#servers = new Map(roles.servers.map((name, index) => [name, index]));
    this.#observers = roles.observers;
    this.#entitled = everybodyOf(roles);
    this.#groups = new Map(Object.entries(groups));
    this.#source = source;
    this.#problems = problems;
  }

  /** Reads every group, used or not, so that none of their problems goes unreported. */
  readGroups(): void {
    for (const name of this.#groups.keys()) {
      const reason = this.#servers.has(name) ? "is a server's name already" : whyNotAName(name);
      if (reason !== null)
        this.#problems.report(this.#source.atKey(["groups", name]), `the group name ${quote(name)} ${reason}`);
      this.#group(name, () => this.#source.atKey(["groups", name]));
    }
  }

  /** The groups that are lists of servers, in their order. */
  get serverGroups(): ServerGroup[] {
    return [...this.#groups].flatMap(([name, shape]) => {
      if (!isFlatList(shape) || !shape.every((member) => this.#servers.has(member))) return [];
      return [
        { name, members: shape.reduce((all, member) => all | singleton(this.#servers.get(member)!), NO_SERVERS) },
      ];
    });
  }

  /** The groups that no register set uses, directly or by way of other groups, in the file's order. */
  get unusedGroups(): UnusedGroup[] {
    const used = new Set([""]);
    // A set is walked in order of insertion, members added meanwhile included.
    for (const group of used) for (const named of this.#named.get(group) ?? []) used.add(named);
    const unused = [...this.#groups.keys()].filter((name) => !used.has(name));
    return unused.map((name) => ({ name, at: this.#source.atKey(["groups", name]) }));
  }

  /** The quorums at the path, or null if something in them is wrong, which is then reported. */
  read(shape: QuorumsShape, path: Path, entitled: Entitled): QuorumFamily | null {
    if (isFlatList(shape)) {
      const [first = "S0", second = "S1"] = shape;
      const hint = `one quorum is [[${first}, ${second}]], a quorum each is [[${first}], [${second}]]`;
      this.#problems.report(this.#source.at(path), `${quote(textOf(shape))} lists names, not quorums`, hint);
      return null;
    }
    const everybody = this.#entitled;
    this.#entitled = entitled;
    const formula = this.#quorums(shape, path);
    this.#entitled = everybody;
    if (formula === null || this.#countsBarred(formula, textOf(shape), path, entitled)) return null;
    return { formula, text: textOf(shape), at: this.#source.at(path) };
  }

  /** By way of a group, quorums may count who must not be in them: whoever is named by itself was told of there. */
  #countsBarred(formula: Formula, text: string, path: Path, { whyNot }: Entitled): boolean {
    for (const server of orderOfMention([formula], 0)) {
      const reason = whyNot(server);
      if (reason === null) continue;
      const problem = `${quote(text)} counts ${quote(this.#names[server]!)}, which ${reason.problem}`;
      this.#problems.report(this.#source.at(path), problem, reason.hint);
      return true;
    }
    return false;
  }

  #quorums(shape: QuorumsShape, path: Path): Formula | null {
    if (typeof shape === "string") return this.#expression(shape, path);
    return isWeights(shape) ? this.#weights(shape, path) : this.#explicitQuorums(shape, path);
  }

  #expression(text: string, path: Path): Formula | null {
    const at = (offset: number) => this.#source.within(path, offset);
    const scope: ExpressionScope = {
      counted: this.#entitled.counted,
      majority: this.#entitled.majority,
      countedAre: this.#entitled.countedAre,
      resolve: (name, offset) => this.#resolve(name, () => at(offset)),
      report: (offset, problem, hint) => this.#problems.report(at(offset), problem, hint ?? null),
    };
    try {
      return evaluate(parseExpression(text), scope);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      this.#problems.report(at(error.offset), error.problem, error.hint);
      return null;
    }
  }

  #explicitQuorums(lists: readonly (string | readonly string[])[], path: Path): Formula | null {
    if (lists.length === 0) {
      this.#problems.report(
        this.#source.at(path),
        "the list of quorums is empty: no servers could ever satisfy it",
        "as in [[S0, S1]]",
      );
      return null;
    }
    const quorums = lists.map((list, index) => this.#explicitQuorum(list, [...path, index]));
    return quorums.every((quorum) => quorum !== null) ? listFormula(quorums) : null;
  }

  #explicitQuorum(names: string | readonly string[], path: Path): ServerSet | null {
    if (typeof names === "string") {
      this.#problems.report(
        this.#source.at(path),
        `${quote(names)} is a name among lists`,
        `a quorum of one server is [${names}]`,
      );
      return null;
    }
    if (names.length === 0) {
      this.#problems.report(this.#source.at(path), 'the quorum "[]" is empty: a quorum needs at least one server');
      return null;
    }
    let quorum: ServerSet | null = NO_SERVERS;
    names.forEach((name, index) => {
      const server = this.#server(name, names.indexOf(name) < index, this.#source.at([...path, index]));
      quorum = server === null || quorum === null ? null : quorum | singleton(server);
    });
    return quorum;
  }

  /** A server named in a list, where groups make no sense. */
  #server(name: string, isRepeated: boolean, at: SourcePosition): number | null {
    if (this.#isBarred(name, at)) return null;
    const server = this.#servers.get(name);
    if (server === undefined) {
      const isGroup = this.#groups.has(name);
      const problem = isGroup
        ? `${quote(name)} is a group, where only servers can be`
        : `unknown server ${quote(name)}`;
      this.#problems.report(
        at,
        problem,
        isGroup ? 'write an expression, as in "x or S0 and S1"' : didYouMean(name, this.#servers.keys(), this.#known()),
      );
      return null;
    }
    if (isRepeated) this.#problems.report(at, `the server ${quote(name)} is in the quorum twice`);
    return isRepeated ? null : server;
  }

  /** Each name, a server's or a group's, weighs in where it is satisfied. */
  #weights(shape: WeightsShape, path: Path): Formula | null {
    const operands = Object.entries(shape.weights).map(([name, text]): Operand | null => {
      const at = [...path, "weights", name];
      const meaning = this.#resolve(name, () => this.#source.atKey(at));
      const weight = this.#wholeNumber(text, 0, "weight", at);
      return meaning === null || weight === null ? null : { weight, formula: formulaOf(meaning) };
    });
    const sound = operands.filter((operand) => operand !== null);
    const total = sound.reduce((sum, { weight }) => sum + weight, 0);
    const threshold = this.#threshold(shape.threshold, total, [...path, "threshold"]);
    if (sound.length < operands.length || threshold === null) return null;
    if (threshold <= total) return weighing(threshold, sound);
    const problem = `the threshold ${threshold} is larger than ${total}, the sum of all weights`;
    this.#problems.report(this.#source.at([...path, "threshold"]), problem);
    return null;
  }

  /** A majority is more than half of the weight. */
  #threshold(text: string, total: number, path: Path): number | null {
    return text === "majority" ? Math.floor(total / 2) + 1 : this.#wholeNumber(text, 1, "threshold", path);
  }

  #wholeNumber(text: string, least: number, what: string, path: Path): number | null {
    const number = /^\d+$/.test(text) ? Number(text) : -1;
    if (number >= least && number <= WEIGHT_MAX) return number;
    const problem = `the ${what} ${quote(text)} is not a whole number from ${least} to ${WEIGHT_MAX}`;
    const hint = number === 0 ? "with threshold 0 the empty set would be a quorum" : null;
    this.#problems.report(this.#source.at(path), problem, hint);
    return null;
  }

  #resolve(name: string, at: () => SourcePosition): Meaning | null {
    if (this.#isBarred(name, at())) return null;
    const server = this.#servers.get(name);
    if (server !== undefined) return { kind: "server", server };
    if (this.#groups.has(name)) {
      const by = this.#reading.at(-1) ?? "";
      this.#named.set(by, (this.#named.get(by) ?? new Set()).add(name));
      return this.#group(name, at);
    }
    const hint = didYouMean(
      name,
      [...this.#servers.keys(), ...this.#groups.keys(), ...RESERVED_WORDS],
      this.#known(name),
    );
    this.#problems.report(at(), `unknown server ${quote(name)}`, hint);
    return null;
  }

  /**
   * Whether the name is that of somebody who must not be in the quorums, which is then reported. Of groups their use
   * decides.
   */
  #isBarred(name: string, at: SourcePosition): boolean {
    const word = this.#observers.get(name);
    const server = this.#reading.length > 0 ? undefined : this.#servers.get(name);
    const reason =
      word !== undefined
        ? { problem: `is ${word} and in no quorum`, hint: "leave it out here, or let it vote" }
        : server === undefined
          ? null
          : this.#entitled.whyNot(server);
    if (reason !== null) this.#problems.report(at, `${quote(name)} ${reason.problem}`, reason.hint);
    return reason !== null;
  }

  #known(name = ""): string {
    if (/^\d+$/.test(name)) return `for a number of servers write "any ${name}"`;
    const names = [...this.#servers.keys()];
    return `the servers are ${names.slice(0, 10).join(", ")}${names.length > 10 ? ", …" : ""}`;
  }

  #group(name: string, usedAt: () => SourcePosition): Meaning | null {
    const known = this.#meanings.get(name);
    if (known !== undefined) return known;
    const start = this.#reading.indexOf(name);
    if (start >= 0 || this.#reading.length >= GROUP_CHAIN_MAX) {
      const cycle = [...this.#reading.slice(start), name].join(" → ");
      const problem = start >= 0 ? `groups use each other in a circle: ${cycle}` : "groups are nested too deeply here";
      this.#problems.report(usedAt(), problem);
      // Every group on the way is as unsound; saying so once is enough.
      for (const group of this.#reading.slice(Math.max(start, 0))) this.#meanings.set(group, null);
      return null;
    }
    this.#reading.push(name);
    const meaning = this.#readGroup(this.#groups.get(name)!, ["groups", name]);
    this.#reading.pop();
    if (!this.#meanings.has(name)) this.#meanings.set(name, meaning);
    return this.#meanings.get(name)!;
  }

  #readGroup(shape: QuorumsShape, path: Path): Meaning | null {
    if (isFlatList(shape)) return this.#listGroup(shape, path);
    const formula = this.#quorums(shape, path);
    return formula === null ? null : { kind: "quorums", formula };
  }

  #listGroup(names: readonly string[], path: Path): Meaning | null {
    const members = names.map((name, index): Formula | null => {
      const at = () => this.#source.at([...path, index]);
      const meaning = this.#resolve(name, at);
      if (names.indexOf(name) === index) return meaning === null ? null : formulaOf(meaning);
      this.#problems.report(at(), `${quote(name)} is in the group twice`);
      return null;
    });
    return members.every((member) => member !== null) ? { kind: "list", members } : null;
  }
}
