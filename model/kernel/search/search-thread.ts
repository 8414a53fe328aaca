/** What a worker thread of a search does from its start to its end: it obeys commands until it is told to quit. */
import { receiveMessageOnPort } from "node:worker_threads";
import type { Model, ModelDescriptor } from "../declaration/model.js";
import type { Reduction } from "../store/reduction.js";
import { COMMAND, CONTROL, type Command } from "../store/search-memory.js";
import { Participant } from "./participant.js";
import type { WorkerTask } from "./worker-pool.js";

/** How the thread makes its own copy of a model, and of its symmetry: closures do not cross threads. */
export interface ModelFactories {
  readonly modelOf: (descriptor: ModelDescriptor) => Model;
  readonly reductionOf: (model: Model, descriptor: ModelDescriptor) => Reduction;
}

export function obeySearch(task: WorkerTask, factories: ModelFactories): void {
  const { control } = task.memory;
  const place = CONTROL.commands + task.thread;
  try {
    obey(task, factories);
  } catch (error) {
    // Nobody must wait for this thread any longer.
    Atomics.store(control, place, COMMAND.failed);
    Atomics.notify(control, place);
    throw error;
  }
}

function obey(task: WorkerTask, { modelOf, reductionOf }: ModelFactories): void {
  const { descriptor, isReduced, memory, thread, memoryPort } = task;
  const { control } = memory;
  const place = CONTROL.commands + thread;
  const model = modelOf(descriptor);
  const reduction = isReduced ? reductionOf(model, descriptor) : null;
  const participant = new Participant(model, memory, thread, reduction);
  while (true) {
    Atomics.store(control, place, COMMAND.none);
    Atomics.notify(control, place);
    // A notification may come late, from a command that has been obeyed already; what counts is the command that stands there.
    while (Atomics.load(control, place) === COMMAND.none) Atomics.wait(control, place, COMMAND.none);
    const command = Atomics.load(control, place) as Command;
    if (command === COMMAND.quit) break;
    for (let post = receiveMessageOnPort(memoryPort); post !== undefined; post = receiveMessageOnPort(memoryPort)) {
      participant.attach(post.message);
    }
    participant.work(command, Number.POSITIVE_INFINITY);
  }
}
