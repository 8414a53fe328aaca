/** The JSON Schema of one line of a log, for editors and for whoever writes logs. */
import { EVENT_FIELDS, type FieldType } from "./event-fields.js";

const REGISTER_SET = { type: "integer", minimum: 0 };
const pairs = (second: object): object => ({
  type: "array",
  items: { type: "array", items: [REGISTER_SET, second], minItems: 2, maxItems: 2 },
});
const CANDIDATE = { type: ["string", "integer"] };

const SCHEMAS: Readonly<Record<FieldType, object>> = {
  "register set": REGISTER_SET,
  value: { type: "string" },
  "value or null": { type: ["string", "null"] },
  values: pairs({ type: "string" }),
  votes: pairs(CANDIDATE),
  servers: { type: "array", items: { type: "string" } },
  server: { type: "string" },
  candidate: CANDIDATE,
};

const COMMON = {
  node: { type: "string", minLength: 1 },
  seq: { type: "integer" },
  at: {
    anyOf: [{ type: "number" }, { type: "array", items: { type: "number" }, minItems: 2, maxItems: 2 }],
  },
  note: {},
};

export const eventSchema = (): object => ({
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "A line of a log for quorate validate",
  oneOf: Object.entries(EVENT_FIELDS).map(([event, fields]) => ({
    type: "object",
    properties: {
      event: { const: event },
      ...COMMON,
      ...Object.fromEntries(Object.entries(fields).map(([name, { type }]) => [name, SCHEMAS[type]])),
    },
    required: ["node", "event", ...Object.keys(fields).filter((name) => !fields[name]!.isOptional)],
    additionalProperties: false,
  })),
});
