/** How a server's disk fails, told to its process (failing-disk.ts). */
export interface DiskFault {
  /** The first fdatasync that fails, counted from 1, and all after it. */
  readonly failingSync?: number;
  /** How much may be written. */
  readonly fullAfter_bytes?: number;
}

/** The environment variable that has it, as JSON. */
export const DISK_FAULT_VARIABLE = "QUORATE_DISK_FAULT";
