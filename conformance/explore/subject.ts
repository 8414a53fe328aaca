/** What a page is about, and how its URL says so, with where somebody stands in it. */
import type { ParameterValue } from "../../model/systems/system.js";
import type { ScopeRequest } from "../verify/report.js";

export interface TableSubject {
  readonly kind: "table";
  /** Its name in errors. */
  readonly file: string;
  readonly text: string;
}

export interface SystemSubject {
  readonly kind: "system";
  readonly system: string;
  readonly variant: string;
  /** What differs from the usual parameters. */
  readonly values: Readonly<Record<string, ParameterValue>>;
}

export type Subject = TableSubject | SystemSubject;

/** What a page begins with; it is written into the page. */
export interface PageData {
  readonly subject: Subject;
  readonly scope: ScopeRequest;
  readonly examples: readonly TableSubject[];
  /** Whether it is for writing tables, or for looking at one. */
  readonly isPlayground: boolean;
  readonly version: string;
}

/** The part of a URL after its `#`: what differs from what the page begins with. */
export function hashOf(
  subject: Subject,
  steps: readonly number[],
  { subject: first }: Pick<PageData, "subject">,
): string {
  const fields = new URLSearchParams();
  if (subject.kind === "system") {
    fields.set("system", subject.system);
    fields.set("variant", subject.variant);
    for (const [name, value] of Object.entries(subject.values)) fields.append("set", `${name}=${value}`);
  } else if (first.kind !== "table" || first.text !== subject.text) {
    fields.set("file", subject.file);
    fields.set("table", subject.text);
  }
  if (steps.length > 0) fields.set("steps", steps.join("."));
  return fields.toString();
}

/** The reverse. Steps that are no numbers are left out, with all that come after them. */
export function readHash(
  hash: string,
  { subject: first }: Pick<PageData, "subject">,
): { readonly subject: Subject; readonly steps: readonly number[] } {
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const [system, text] = [fields.get("system"), fields.get("table")];
  const steps = (fields.get("steps") ?? "").split(".").map((step) => (step === "" ? Number.NaN : Number(step)));
  const end = steps.findIndex((step) => !Number.isSafeInteger(step));
  const known = end < 0 ? steps : steps.slice(0, end);
  if (system !== null) {
    const values = fields.getAll("set").map((pair) => {
      const [name = "", ...rest] = pair.split("=");
      const value = rest.join("=");
      return [name, /^\d+$/.test(value) ? Number(value) : value] as const;
    });
    const subject: Subject = {
      kind: "system",
      system,
      variant: fields.get("variant") ?? "",
      values: Object.fromEntries(values),
    };
    return { subject, steps: known };
  }
  if (text !== null)
    return { subject: { kind: "table", file: fields.get("file") ?? "table.yaml", text }, steps: known };
  return { subject: first, steps: known };
}
