import type { ActionInstance, Walk } from "../../../model/kernel/index.js";
import type { MessagesModel } from "../../../model/messages/messages.js";
import type { MessagesOptions } from "../../../model/messages/options.js";
import type { ClientJudge } from "../../../model/registers/client-judge.js";
import type { Scope } from "../../../model/registers/scope.js";

/** One message model of a scope, and all that its runs share. */
export interface MessageScript {
  readonly scope: Scope;
  readonly options: MessagesOptions;
  readonly model: MessagesModel;
  /** Walks the model. */
  readonly walk: Walk;
  readonly judge: ClientJudge;
  /** Every step of the model, by its number. */
  readonly instances: readonly ActionInstance[];
}
