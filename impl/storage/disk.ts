/**
 * The little that a log needs of a disk: one file.
 *
 * What was written may be lost, wholly or in part, until a later `sync` has resolved. Whoever sees an operation reject
 * must use the disk no more: after a failed fsync, no one knows what is on it (Rebello et al., "Can applications
 * recover from fsync failures?", 2020).
 */
import type { FilePart } from "../encoding/log-rewrite.js";

export interface Disk {
  /** For messages, e.g. the path of the file. */
  readonly name: string;

  /** Of the file, in bytes. */
  readonly length: number;

  /** The bytes from there on, `length` of them, or as many as there are. */
  read(position: number, length: number): Promise<Uint8Array>;

  /**
   * Writes over what is there, or adds it at the end. Resolves when a reader of this process would see it; durable only
   * after `sync`.
   */
  write(position: number, bytes: Uint8Array): Promise<void>;

  /** Everything written before the call is durable once this resolves. */
  sync(): Promise<void>;

  /**
   * Puts another file in the place of this one, made of these parts, which cover it: resolves with true once a crash
   * leaves the new one, and with false, and nothing done, where there is no room for it, say. A crash in between leaves
   * one or the other, whole. Absent where a disk cannot do it.
   */
  replace?(parts: Iterable<FilePart>): Promise<boolean>;

  /** Gives the file and its lock back. */
  close(): Promise<void>;
}
