/** What has been found about code with its parameters filled in: several instances of an action or a property share most of it. */

export class PerInstance<Found> {
  readonly #found = new Map<unknown, Map<string, Found>>();

  /** Finds it the first time. */
  of(code: unknown, parameters: readonly number[], find: () => Found): Found {
    const instances = this.#found.get(code) ?? new Map<string, Found>();
    this.#found.set(code, instances);
    const instance = parameters.join();
    const known = instances.get(instance);
    if (known !== undefined) return known;
    const found = find();
    instances.set(instance, found);
    return found;
  }
}
