/**
 * JUnit XML as Jenkins' xUnit plugin takes it (junit-10.xsd), and GitLab, too: a test case for every table. There are
 * no times: a report says nothing that differs from run to run.
 */

import { type Case, countOf, type Results } from "../../results/results.js";
import { plain } from "../../shell/terminal.js";
import { renderReport } from "../verdict/text.js";
import { annotationsOf } from "./annotations.js";
import { element } from "./xml.js";

export function renderJunit(results: Results): string {
  const { cases, command } = results;
  const counts = { tests: cases.length, failures: countOf(results, "failed"), errors: countOf(results, "error") };
  const suite = element(
    "testsuite",
    { name: command, ...counts, skipped: countOf(results, "accepted") },
    cases.map((judged) => testCase(judged, results)),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element("testsuites", { name: "quorate", ...counts }, [suite])}`;
}

function testCase(judged: Case, results: Results): string {
  const { name, file, status, justification } = judged;
  const attributes = { name, classname: file ?? results.command };
  const text = textOf(judged);
  switch (status) {
    case "passed":
      return element("testcase", attributes, [element("system-out", {}, text)]);
    case "accepted":
      return element("testcase", attributes, [
        element("skipped", { message: justification ?? "" }, ""),
        element("system-out", {}, text),
      ]);
    case "failed":
    case "error": {
      const [first] = annotationsOf(judged).filter(({ level }) => level === "error");
      const failure = { type: first?.rule ?? status, message: first?.message ?? "" };
      return element("testcase", attributes, [element(status === "failed" ? "failure" : "error", failure, text)]);
    }
  }
}

function textOf({ outcome, request, complaints, told }: Case): string {
  const said = complaints.map((complaint) => `${complaint}\n`).join("");
  if (outcome === null) return said + (told?.text ?? "");
  return said + (outcome.kind === "failure" ? `${outcome.message}\n` : renderReport(outcome.report, request, plain));
}
