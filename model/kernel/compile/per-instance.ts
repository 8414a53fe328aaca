/**
 * What has been found about code with its parameters filled in: several instances of an action or a property share most
 * of it.
 */

/** Up to this number of parameters, all below this bound, make a number of less than 2 ** 53. */
const PARAMETERS_MAX = 4;
const PARAMETER_END = 2 ** 12;

export class PerInstance<Found> {
  readonly #found = new Map<unknown, Map<number | string, Found>>();

  /** Finds it the first time. */
  of(code: unknown, parameters: readonly number[], find: () => Found): Found {
    let instances = this.#found.get(code);
    if (instances === undefined) {
      instances = new Map();
      this.#found.set(code, instances);
    }
    const instance = keyOf(parameters);
    const known = instances.get(instance);
    if (known !== undefined) return known;
    const found = find();
    instances.set(instance, found);
    return found;
  }
}

function keyOf(parameters: readonly number[]): number | string {
  if (parameters.length > PARAMETERS_MAX) return parameters.join();
  let key = 1;
  for (const parameter of parameters) {
    if (parameter >= PARAMETER_END) return parameters.join();
    key = key * PARAMETER_END + parameter;
  }
  return key;
}
