/** How servers and clients tell whether they were given the same table. */
import { hash } from "node:crypto";
import { normalForm } from "../../spec/normal-form.js";
import type { QuorumTable } from "../../spec/quorum-table.js";

export interface TableIdentity {
  /** For people: two tables may share it. */
  readonly name: string;
  /** Of the table's meaning: 16 bytes in hexadecimal. */
  readonly hash: string;
}

export const TABLE_HASH_BYTES = 16;

/** Throws TooComplex. */
export const identityOfTable = (table: QuorumTable): TableIdentity => ({
  name: table.name,
  hash: hash("sha256", normalForm(table), "hex").slice(0, 2 * TABLE_HASH_BYTES),
});
