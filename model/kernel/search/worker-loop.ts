/** What a worker thread of a search does from its start to its end: it obeys commands until it is told to quit. */
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { Model, ModelDescriptor } from "../declaration/model.js";
import { COMMAND, CONTROL, type Command } from "../store/search-memory.js";
import type { Symmetry } from "../store/symmetry.js";
import { SearchThread } from "./search-thread.js";
import type { WorkerTask } from "./worker-pool.js";

/** How the thread makes its own copy of a model, and of its symmetry: closures do not cross threads. */
export interface ModelFactories {
  readonly modelOf: (descriptor: ModelDescriptor) => Model;
  readonly symmetryFor: (model: Model, descriptor: ModelDescriptor) => Symmetry;
}

export function obeySearch(task: WorkerTask, factories: ModelFactories): void {
  const { control } = task.memory;
  const place = CONTROL.commands + task.thread;
  try {
    obey(task, factories);
  } catch (error) {
    // The others must not wait for this thread any longer.
    Atomics.store(control, place, COMMAND.failed);
    Atomics.notify(control, place);
    throw error;
  }
}

function obey(task: WorkerTask, { modelOf, symmetryFor }: ModelFactories): void {
  const { descriptor, isUpToSymmetry, memory, thread } = task;
  const port = task.memoryPort as MessagePort;
  const { control } = memory;
  const place = CONTROL.commands + thread;
  const model = modelOf(descriptor);
  const symmetry = isUpToSymmetry ? symmetryFor(model, descriptor) : null;
  const searchThread = new SearchThread(model, memory, thread, symmetry);
  while (true) {
    Atomics.store(control, place, COMMAND.idle);
    Atomics.notify(control, place);
    // A notification may come late, from a command that has been obeyed already; what counts is the command that stands
    // there.
    while (Atomics.load(control, place) === COMMAND.idle) Atomics.wait(control, place, COMMAND.idle);
    const command = Atomics.load(control, place) as Command;
    if (command === COMMAND.quit) break;
    for (let post = receiveMessageOnPort(port); post !== undefined; post = receiveMessageOnPort(port)) {
      searchThread.attach(post.message);
    }
    searchThread.work(command, Number.POSITIVE_INFINITY);
  }
}
