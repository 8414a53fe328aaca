import type { Variant } from "../../model/registers/variant.js";

/** What is not plain about the variant, in a few words each; nothing for the plain one. */
export const variantWords = ({ freezes, writesFreezeBelow }: Variant): string[] => [
  ...(freezes === "register" ? ["freezes of one register at a time"] : []),
  ...(writesFreezeBelow ? ["writes that freeze below"] : []),
];
