/** The first runs that together have this number of steps. */
export function* upToSteps(runs: Iterable<readonly number[]>, stepsMax: number): Generator<readonly number[]> {
  let steps = 0;
  for (const run of runs) {
    if (steps >= stepsMax) return;
    yield run;
    steps += run.length;
  }
}
