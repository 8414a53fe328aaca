/** A worker thread of a search (see kernel/worker-pool.ts): makes its own copy of the model and obeys until it is told to quit. */
import { receiveMessageOnPort, workerData } from "node:worker_threads";
import { Participant } from "./kernel/participant.js";
import { COMMAND, CONTROL, type Command } from "./kernel/search-memory.js";
import type { WorkerTask } from "./kernel/worker-pool.js";
import { modelOf, reductionOf } from "./registry.js";

const { descriptor, isReduced, memory, thread, memoryPort } = workerData as WorkerTask;
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
