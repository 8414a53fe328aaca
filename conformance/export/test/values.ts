/** Values of exported modules, as their readers have them. */
/** Sets are sorted, functions are lists of pairs, so that equal values have the same JSON. */
export type Value =
  | boolean
  | number
  | string
  | { readonly set: readonly Value[] }
  | { readonly fn: readonly (readonly [Value, Value])[] };

export const key = (value: Value): string => JSON.stringify(value);
export const setOf = (items: readonly Value[]): Value => {
  const byKey = new Map(items.map((item) => [key(item), item]));
  return { set: [...byKey.keys()].sort().map((each) => byKey.get(each)!) };
};
export const itemsOf = (value: Value): readonly Value[] => (value as { set: readonly Value[] }).set;
export const has = (set: Value, item: Value): boolean => itemsOf(set).some((each) => key(each) === key(item));
