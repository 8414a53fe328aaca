import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

let collect: (() => void) | null = null;

/**
 * Collects this thread's garbage now. The collector comes when a thread's own heap grows. Searches allocate next to nothing there,
 * so the tables that they grow out of, hundreds of megabytes of shared memory, would stay until the end: as long as one thread
 * has not collected its view of them.
 */
export function collectGarbage(): void {
  if (collect === null) {
    // The only way to call the collector without an option on node's command line.
    setFlagsFromString("--expose-gc");
    collect = runInNewContext("gc") as () => void;
  }
  collect();
}
