/**
 * A log is made of blocks of the size of a disk's sector, which disks write whole or not at all:
 *
 *     seal (8)  what the block holds (504)
 *
 * The seal is a hash of the log's salt, of where the block stands, and of what it holds. So a block that is torn,
 * zeroed, garbage, from another place of the log or from another log is not taken for one that was written here. The
 * salt is random and never leaves the log, so that bytes that pass for a block cannot be made.
 */
import { hash } from "node:crypto";

export const BLOCK_BYTES = 512;
export const SALT_BYTES = 16;
export const SEAL_BYTES = 8;

/** A seal, as hexadecimal digits. */
export type Seal = string;

const POSITION_BYTES = 8;
const sealed = Buffer.alloc(SALT_BYTES + POSITION_BYTES + BLOCK_BYTES - SEAL_BYTES);

/** Where a log begins, in blocks: what is said about it, and two marks. */
export const IDENTITY_BLOCK = 0;
export const MARK_BLOCKS = [1, 2] as const;
export const FIRST_BATCH_BLOCK = 3;

/** Whether all bytes are zero, as disks return what was never written; there may be gigabytes of it. */
export const isNothing = (bytes: Buffer): boolean =>
  bytes[0] === 0 && bytes.subarray(1).equals(bytes.subarray(0, bytes.length - 1));

const NOTHING = Buffer.alloc(BLOCK_BYTES);

/** Puts the seal into a block that holds all else; returns it. `position` counts blocks. */
export function sealBlock(block: Buffer, salt: Buffer, position: number): Seal {
  const seal = sealOf(block, salt, position);
  block.write(seal, 0, "hex");
  return seal;
}

/** The seal of the block that stands there, or null if it was not written there, or not as it is. */
export function sealIn(block: Buffer, salt: Buffer, position: number): Seal | null {
  if (block.equals(NOTHING)) return null;
  const found = block.toString("hex", 0, SEAL_BYTES);
  return found === sealOf(block, salt, position) ? found : null;
}

function sealOf(block: Buffer, salt: Buffer, position: number): Seal {
  salt.copy(sealed, 0);
  sealed.writeUIntBE(position, SALT_BYTES + 2, 6);
  block.copy(sealed, SALT_BYTES + POSITION_BYTES, SEAL_BYTES, BLOCK_BYTES);
  return hash("sha256", sealed, "hex").slice(0, 2 * SEAL_BYTES);
}
