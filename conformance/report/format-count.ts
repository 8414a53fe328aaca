/** `1,234`, of whole numbers. Not by toLocaleString, whose first call takes as long as a small search. */
export const formatCount = (count: number | bigint): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
