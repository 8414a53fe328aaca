/**
 * The little that a log needs of a disk: one file that grows at its end.
 *
 * What was appended may be lost, wholly or from some byte on, until a later `sync` has resolved. Whoever sees an operation
 * reject must use the disk no more: after a failed fsync, no one knows what is on it (Rebello et al., "Can applications
 * recover from fsync failures?", 2020).
 */
export interface Disk {
  /** For messages, e.g. the path of the file. */
  readonly name: string;

  /** The whole file. */
  readAll(): Promise<Uint8Array>;

  /** Adds the bytes at the end. Resolves when a reader of this process would see them; durable only after `sync`. */
  append(bytes: Uint8Array): Promise<void>;

  /** Everything appended before the call is durable once this resolves. */
  sync(): Promise<void>;

  /** Cuts the file to its first `length` bytes. */
  truncate(length: number): Promise<void>;

  /** Gives the file and its lock back. */
  close(): Promise<void>;
}
