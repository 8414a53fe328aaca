/** The registers of all servers, a row each: what they hold, and what follows from it and is asked often. */
import { FIRST_VALUE, NIL, UNWRITTEN } from "../../model/registers/facts.js";
import { countBelow } from "./ascending.js";
import type { Trail } from "./trail.js";

/** What a fingerprint tells apart. */
const CONTENT = 3;

export class Rows {
  readonly servers: number;
  readonly sets: number;
  /** By server and set: UNWRITTEN, NIL, or FIRST_VALUE + value. */
  readonly #register: Int32Array;
  /** By server, the least set that is unwritten. */
  readonly #unwritten: Int32Array;
  /** By server, the sets that hold a value, ascending. */
  readonly #valued: number[][];
  /** By server, the greatest set that holds nil, or -1. */
  readonly #greatestNil: Int32Array;
  readonly #trail: Trail | null;

  constructor(servers: number, sets: number, trail: Trail | null) {
    this.servers = servers;
    this.sets = sets;
    this.#register = new Int32Array(servers * sets);
    this.#unwritten = new Int32Array(servers);
    this.#valued = Array.from({ length: servers }, () => []);
    this.#greatestNil = new Int32Array(servers).fill(-1);
    this.#trail = trail;
  }

  contentAt(s: number, r: number): number {
    return this.#register[s * this.sets + r]!;
  }

  /** Nothing below r is unwritten. */
  isPreparedAt(s: number, r: number): boolean {
    return this.#unwritten[s]! >= r;
  }

  greatestNil(s: number): number {
    return this.#greatestNil[s]!;
  }

  /** The sets in which it holds a value, ascending. */
  valued(s: number): readonly number[] {
    return this.#valued[s]!;
  }

  /** In how many sets below r the server holds a value. */
  valuedBelow(s: number, r: number): number {
    return countBelow(this.#valued[s]!, r);
  }

  /** The greatest set below r in which the server holds a value, or -1. */
  greatestValued(s: number, r: number): number {
    return this.#valued[s]![this.valuedBelow(s, r) - 1] ?? -1;
  }

  /** The greatest set below r for which this holds and in which the server holds a value, or -1. */
  greatestValuedWhere(s: number, r: number, test: (set: number) => boolean): number {
    return this.#valued[s]!.findLast((set) => set < r && test(set)) ?? -1;
  }

  putValue(s: number, r: number, v: number): void {
    const sets = this.#valued[s]!;
    const at = this.valuedBelow(s, r);
    if (at === sets.length) sets.push(r);
    else sets.splice(at, 0, r);
    this.#trail?.followed(() => void sets.splice(at, 1));
    this.#put(s, r, FIRST_VALUE + v);
    this.#advance(s);
  }

  /** Whatever is unwritten below r becomes nil. */
  putNilBelow(s: number, r: number): void {
    if (this.isPreparedAt(s, r)) return;
    for (let below = this.#unwritten[s]!; below < r; below++) {
      if (this.contentAt(s, below) === UNWRITTEN) this.#putNil(s, below);
    }
    this.#advance(s);
  }

  putNilIn(s: number, r: number): void {
    this.#putNil(s, r);
    this.#advance(s);
  }

  #putNil(s: number, r: number): void {
    this.#put(s, r, NIL);
    const before = this.#greatestNil[s]!;
    if (r <= before) return;
    this.#greatestNil[s] = r;
    this.#trail?.followed(() => {
      this.#greatestNil[s] = before;
    });
  }

  /** In place of nothing. */
  #put(s: number, r: number, content: number): void {
    const at = s * this.sets + r;
    this.#register[at] = content;
    this.#trail?.changed(CONTENT, at, content, () => {
      this.#register[at] = UNWRITTEN;
    });
  }

  #advance(s: number): void {
    const before = this.#unwritten[s]!;
    let unwritten = before;
    while (unwritten < this.sets && this.contentAt(s, unwritten) !== UNWRITTEN) unwritten++;
    if (unwritten === before) return;
    this.#unwritten[s] = unwritten;
    this.#trail?.followed(() => {
      this.#unwritten[s] = before;
    });
  }
}
