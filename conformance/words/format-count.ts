/**
 * `1,234`, of whole numbers. What is too large for a number to hold exactly is given by the digits that it has: `about
 * 1.5e18`. Not by toLocaleString, whose first call takes as long as a small search.
 */
export function formatCount(count: number | bigint): string {
  if (typeof count === "number" && count > Number.MAX_SAFE_INTEGER)
    return `about ${count.toPrecision(2).replace("+", "")}`;
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}
