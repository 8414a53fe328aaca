/**
 * The models by name: a worker thread makes its own copy of a model from a name and plain data, since closures do not
 * cross threads.
 */
import type { Model, ModelDescriptor, Symmetry } from "./kernel/index.js";
import { type MessagesConfig, messagesModel } from "./messages/messages.js";
import { reducedRegistersModel } from "./registers/reduced.js";
import { type RegistersModel, registersModel } from "./registers/registers.js";
import type { Scope } from "./registers/scope.js";
import { Canonicalizer } from "./symmetry/canonical-form.js";
import { instanceOf, SYSTEM_MODEL, type SystemConfig } from "./systems/registry.js";

const factories: Readonly<Record<string, (config: unknown) => Model>> = {
  messages: (config) => {
    const { scope, options } = config as MessagesConfig;
    return messagesModel(scope, options);
  },
  registers: (config) => registersModel(config as Scope),
  "registers, reduced": (config) => reducedRegistersModel(config as Scope),
  [SYSTEM_MODEL]: (config) => instanceOf(config as SystemConfig).worded.model,
};

/** Throws RangeError for a name that is not registered. */
export function modelOf({ model, config }: ModelDescriptor): Model {
  const factory = factories[model];
  if (factory === undefined) throw new RangeError(`no model is registered as ${model}`);
  return factory(config);
}

const canonicalForms = (model: Model, config: unknown): Symmetry =>
  new Canonicalizer(model as RegistersModel, config as Scope);

const symmetries: Readonly<Record<string, (model: Model, config: unknown) => Symmetry | null>> = {
  registers: canonicalForms,
  "registers, reduced": canonicalForms,
  [SYSTEM_MODEL]: (_, config) => instanceOf(config as SystemConfig).worded.symmetry,
};

/** The symmetry of this model, which is the one described. Throws RangeError where none is registered. */
export function symmetryFor(made: Model, { model, config }: ModelDescriptor): Symmetry {
  const symmetry = symmetries[model]?.(made, config) ?? null;
  if (symmetry === null) throw new RangeError(`no symmetry is registered for ${model}`);
  return symmetry;
}
