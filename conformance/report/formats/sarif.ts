/**
 * SARIF 2.1.0 for code scanning: a result for every annotation, its places in the table's file, and the run that shows
 * it as a code flow.
 *
 * Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", 2020, with errata 01.
 */
import { createHash } from "node:crypto";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { SourcePosition } from "../../../spec/source-position.js";
import { type AnnotationRule, annotationRules } from "../../results/annotation-rules.js";
import type { Case, Results } from "../../results/results.js";
import { packageVersion } from "../../shell/package-directory.js";
import { type Annotation, annotationsOf } from "./annotations.js";
import { codeFlowOf } from "./sarif-code-flow.js";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/** Where paths begin: a reader says where the checkout is. */
const ROOT = "%SRCROOT%";

export function renderSarif(results: Results): string {
  const { exitCode, command, summary } = results;
  const run = {
    tool: { driver: driver() },
    automationDetails: { id: `${command.replaceAll(" ", "/")}/` },
    invocations: [{ executionSuccessful: !hasFailed(results), exitCode, exitCodeDescription: summary }],
    columnKind: "utf16CodeUnits",
    results: results.cases.flatMap((judged) => annotationsOf(judged).map((annotation) => resultOf(annotation, judged))),
  };
  return `${JSON.stringify({ $schema: SCHEMA, version: "2.1.0", runs: [run] }, null, 2)}\n`;
}

/** An unsafe table is a result; a table without a verdict is none. */
const hasFailed = ({ cases }: Results): boolean => cases.some(({ status }) => status === "error");

const driver = (): object => ({
  name: "Quorate",
  version: packageVersion(),
  semanticVersion: packageVersion(),
  rules: annotationRules.map(({ id, name, short, full, level }) => ({
    id,
    name,
    shortDescription: { text: short },
    fullDescription: { text: full },
    help: { text: `${short} ${full}`, markdown: `${short}\n\n${full}\n\nMore: \`quorate explain\`, docs/manual.md.` },
    defaultConfiguration: { level },
    properties: { tags: ["consensus", "correctness"], precision: "very-high" },
  })),
});

function resultOf(annotation: Annotation, judged: Case): object {
  const { rule, level, at, message, related, justification, shownBy } = annotation;
  const codeFlow = shownBy === null ? null : codeFlowOf(shownBy, locationOf);
  return {
    ruleId: rule,
    ruleIndex: annotationRules.findIndex(({ id }) => id === rule),
    level,
    message: {
      text: [message, ...related.map(({ message }, index) => `[${escaped(message)}](${index + 1}).`)].join(" "),
    },
    locations: at === null ? [{ logicalLocations: [{ name: judged.name }] }] : [locationOf(at)],
    ...(related.length === 0
      ? {}
      : { relatedLocations: related.map(({ at, message }, index) => locationOf(at, message, index + 1)) }),
    ...(codeFlow === null ? {} : { codeFlows: [codeFlow] }),
    partialFingerprints: { "quorate/v1": fingerprintOf(annotation, judged) },
    ...(justification === null ? {} : { suppressions: [{ kind: "external", status: "accepted", justification }] }),
  };
}

/** In a message, brackets begin a link. */
const escaped = (text: string): string => text.replaceAll(/[[\]\\]/g, String.raw`\$&`);

/** Of these there may be several in one file. */
const TOLD_APART_BY_WORDS: ReadonlySet<AnnotationRule> = new Set([
  ...(["invalid-table", "warning", "unexpected-result", "disagreement"] as const),
  ...(["refused-event", "refused-answer"] as const),
]);

/**
 * The same for the same fault of the same file, wherever in it that stands, whichever quorums show it and however it is
 * worded: one that was dismissed stays so.
 */
function fingerprintOf({ rule, at, message }: Annotation, { name }: Case): string {
  const which = TOLD_APART_BY_WORDS.has(rule) ? message : "";
  const where = at === null ? name : uriOf(at.file).uri;
  return createHash("sha256")
    .update(JSON.stringify([rule, where, which]))
    .digest("hex")
    .slice(0, 32);
}

function locationOf({ file, line, column }: SourcePosition, message?: string, id?: number): object {
  return {
    ...(id === undefined ? {} : { id }),
    physicalLocation: { artifactLocation: uriOf(file), region: { startLine: line, startColumn: column } },
    ...(message === undefined ? {} : { message: { text: message } }),
  };
}

/** Relative to where the command runs, which is the checkout; of a file elsewhere, in full. */
function uriOf(file: string): { readonly uri: string; readonly uriBaseId?: string } {
  const relative = path.relative("", file);
  if (path.isAbsolute(relative) || relative.startsWith("..")) return { uri: pathToFileURL(file).href };
  return { uri: relative.split(path.sep).map(encodeURIComponent).join("/"), uriBaseId: ROOT };
}
