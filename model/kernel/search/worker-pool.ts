/** The worker threads of one search, seen from the main thread. */
import type { ModelDescriptor } from "../declaration/model.js";
import { type MemoryPort, type SearchWorker, startSearchWorker } from "../platform.js";
import { COMMAND, CONTROL, type Command, type SearchMemory } from "../store/search-memory.js";

/** What a worker is started with. */
export interface WorkerTask {
  readonly descriptor: ModelDescriptor;
  /** Whether states are explored up to the model's symmetry. */
  readonly isUpToSymmetry: boolean;
  readonly memory: SearchMemory;
  /** Which thread of the search it is; the main thread is number 0. */
  readonly thread: number;
  /** Brings new memory, which the worker looks for before it obeys a command. */
  readonly memoryPort: MemoryPort;
}

interface PoolWorker extends SearchWorker {
  readonly thread: number;
}

export class WorkerPool {
  readonly #control: Int32Array;
  readonly #workers: readonly PoolWorker[];
  #failure: unknown = null;

  /** Starts workers for the threads 1..threads-1, which takes some tens of milliseconds; see `ready`. */
  constructor(descriptor: ModelDescriptor, isUpToSymmetry: boolean, memory: SearchMemory, threads: number) {
    this.#control = memory.control;
    this.#workers = Array.from({ length: threads - 1 }, (_, index) => {
      const thread = index + 1;
      Atomics.store(this.#control, CONTROL.commands + thread, COMMAND.starting);
      const taskWith = (memoryPort: MemoryPort): WorkerTask => ({
        descriptor,
        isUpToSymmetry,
        memory,
        thread,
        memoryPort,
      });
      const started = startSearchWorker(taskWith);
      started.worker.on("error", (error) => {
        this.#failure = error;
      });
      return { ...started, thread };
    });
  }

  /** The threads that have started and wait for a command. */
  get ready(): readonly number[] {
    return this.#workers.map(({ thread }) => thread).filter((thread) => this.#commandOf(thread) === COMMAND.idle);
  }

  /** Waits until all have started. */
  awaitReady(): void {
    for (const { thread } of this.#workers) {
      while (this.#commandOf(thread) === COMMAND.starting) {
        Atomics.wait(this.#control, CONTROL.commands + thread, COMMAND.starting);
      }
    }
  }

  /** To a thread that is ready. */
  command(thread: number, command: Command): void {
    Atomics.store(this.#control, CONTROL.commands + thread, command);
    Atomics.notify(this.#control, CONTROL.commands + thread);
  }

  /** Hands over memory that replaces the former; every worker takes it up before its next work. */
  post(memory: SearchMemory): void {
    for (const { memoryPort } of this.#workers) memoryPort.postMessage(memory);
  }

  /**
   * Waits up to `milliseconds` for the workers that have a command to do it; true once they all have. Throws what a
   * worker has thrown, if the event loop has told; until then a worker that has failed is waited for.
   */
  settle(milliseconds: number): boolean {
    if (this.#failure !== null) throw this.#failure;
    const deadline_ms = performance.now() + milliseconds;
    for (const { thread } of this.#workers) {
      // Woken is not done: the notification may be a late one, of the command before.
      for (let command = this.#commandOf(thread); isWork(command); command = this.#commandOf(thread)) {
        const left_ms = deadline_ms - performance.now();
        if (left_ms <= 0) return false;
        Atomics.wait(this.#control, CONTROL.commands + thread, command, left_ms);
      }
    }
    return true;
  }

  /** Ends the workers, whatever they are at. */
  quit(): void {
    for (const { thread, worker, memoryPort } of this.#workers) {
      this.command(thread, COMMAND.quit);
      memoryPort.close();
      worker.unref();
      void worker.terminate();
    }
  }

  #commandOf(thread: number): number {
    return Atomics.load(this.#control, CONTROL.commands + thread);
  }
}

const isWork = (command: number): boolean => command !== COMMAND.idle && command !== COMMAND.starting;
