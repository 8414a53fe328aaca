/**
 * Sets of a cell's contents, as ranges: a domain may have two contents or a million, and what code tells apart is
 * mostly "this one", "all but this one" and "fewer than this".
 *
 * `[0, 20, 31, 32]` is the set of the contents 0..19 and 31: every range is two numbers, its first content and the one
 * past its last. Ranges ascend and never touch, so equal sets are equal arrays.
 */
export type ContentSet = readonly number[];

export const allContents = (domain: number): ContentSet => [0, domain];

export const onlyContent = (content: number): ContentSet => [content, content + 1];

export function hasContent(set: ContentSet, content: number): boolean {
  for (let range = 0; range < set.length; range += 2) {
    if (content < set[range]!) return false;
    if (content < set[range + 1]!) return true;
  }
  return false;
}

export const isSingle = (set: ContentSet): boolean => set.length === 2 && set[0]! + 1 === set[1];

export function sizeOfSet(set: ContentSet): number {
  let size = 0;
  for (let range = 0; range < set.length; range += 2) size += set[range + 1]! - set[range]!;
  return size;
}

/** Ascending. */
export function contentsIn(set: ContentSet): number[] {
  const contents: number[] = [];
  for (let range = 0; range < set.length; range += 2) {
    for (let content = set[range]!; content < set[range + 1]!; content++) contents.push(content);
  }
  return contents;
}

export const areEqualSets = (a: ContentSet, b: ContentSet): boolean =>
  a.length === b.length && a.every((bound, index) => bound === b[index]);

export function intersectionOf(a: ContentSet, b: ContentSet): ContentSet {
  const both: number[] = [];
  for (let [inA, inB] = [0, 0]; inA < a.length && inB < b.length; ) {
    const from = Math.max(a[inA]!, b[inB]!);
    const end = Math.min(a[inA + 1]!, b[inB + 1]!);
    if (from < end) both.push(from, end);
    if (a[inA + 1] === end) inA += 2;
    else inB += 2;
  }
  return both;
}

export function unionOf(a: ContentSet, b: ContentSet): ContentSet {
  const union: number[] = [];
  for (let [inA, inB] = [0, 0]; inA < a.length || inB < b.length; ) {
    const isFromA = inB >= b.length || (inA < a.length && a[inA]! <= b[inB]!);
    if (isFromA) addRange(union, a[inA]!, a[inA + 1]!);
    else addRange(union, b[inB]!, b[inB + 1]!);
    if (isFromA) inA += 2;
    else inB += 2;
  }
  return union;
}

/** All of the set but one content of it. */
export function without(set: ContentSet, content: number): ContentSet {
  const rest: number[] = [];
  for (let range = 0; range < set.length; range += 2) {
    const [from, end] = [set[range]!, set[range + 1]!];
    if (content < from || content >= end) rest.push(from, end);
    else {
      if (from < content) rest.push(from, content);
      if (content + 1 < end) rest.push(content + 1, end);
    }
  }
  return rest;
}

/** The contents of `a` that are not in `b`. */
export const differenceOf = (a: ContentSet, b: ContentSet): ContentSet =>
  // Between the ranges of a set, and on both sides, are those of its complement.
  intersectionOf(a, [0, ...b, Number.POSITIVE_INFINITY]);

/** Adds contents to a set that is being made. Mostly they follow on its last range. */
export function addContents(set: number[], contents: ContentSet): void {
  if (contents.length === 2 && contents[0]! >= set.at(-1)!) addRange(set, contents[0]!, contents[1]!);
  else set.splice(0, set.length, ...unionOf(set, contents));
}

/** Adds a range to a set that has none that begins later. */
function addRange(set: number[], from: number, end: number): void {
  const last = set.length - 1;
  if (last < 0 || set[last]! < from) set.push(from, end);
  else set[last] = Math.max(set[last]!, end);
}
