/**
 * JSON Schemas for editors, by file name: of the quorum table file, of the config, and of a line of a log. The build
 * writes them beside the bundle.
 */
import { jsonSchemaOf } from "../../spec/schema/decode.js";
import { TableShape } from "../../spec/schema/table-shape.js";
import { eventSchema } from "../validate/event-schema.js";
import { ConfigShape } from "./config-shape.js";

export const TABLE_SCHEMA = "quorum-table.schema.json";
export const CONFIG_SCHEMA = "quorate.config.schema.json";

const LOG_SCHEMA = "quorate.log.schema.json";

export const jsonSchemas = (): Readonly<Record<string, object>> => ({
  [TABLE_SCHEMA]: { ...jsonSchemaOf(TableShape), title: "Quorum table of Quorate" },
  [CONFIG_SCHEMA]: { ...jsonSchemaOf(ConfigShape), title: "quorate.config.yaml" },
  [LOG_SCHEMA]: eventSchema(),
});
