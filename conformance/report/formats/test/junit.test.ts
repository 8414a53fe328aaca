/** JUnit XML by the schema of Jenkins' xUnit plugin. */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { validateXML } from "xmllint-wasm";
import { plain } from "../../../shell/terminal.js";
import { request, safe } from "../../../verify/test/reports.js";
import { renderReport } from "../../verdict/text.js";
import { renderJunit } from "../junit.js";
import { CASES, resultsOf } from "./cases.js";
import { toldResults } from "./told-cases.js";

const schema = readFileSync("conformance/report/formats/test/schemas/junit-10.xsd", "utf8");

const problemsIn = async (...texts: readonly string[]): Promise<readonly string[]> => {
  const xml = texts.map((contents, index) => ({ fileName: `report-${index}.xml`, contents }));
  const { errors } = await validateXML({ xml, schema: [schema] });
  return errors.map(({ message }) => message);
};

it("of every kind of case is valid", async () => {
  expect(await problemsIn(...[CASES, []].map((cases) => renderJunit(resultsOf(cases))))).toEqual([]);
});

it("is held against a schema that refuses what common writers add", async () => {
  const xml = renderJunit(resultsOf(CASES)).replace("<testcase ", '<testcase file="a.yaml" ');
  expect(await problemsIn(xml)).toEqual([expect.stringContaining("The attribute 'file' is not allowed")]);
});

it("counts cases, and says of each why it is not as it should be", () => {
  const xml = renderJunit(resultsOf(CASES));
  expect(xml.match(/<testsuites .*>|<testsuite .*>/g)).toEqual([
    '<testsuites name="quorate" tests="9" failures="5" errors="1">',
    '<testsuite name="quorate verify" tests="9" failures="5" errors="1" skipped="1">',
  ]);
  expect(xml.match(/<(testcase|failure|error|skipped) [^>]*>/g)).toEqual([
    '<testcase name="three-majority" classname="three-majority.yaml">',
    '<testcase name="wrong-half" classname="my tables/wrong-half.yaml">',
    '<failure type="PQ" message="{S1, S2} (phase 2 of R0) and {S0} (phase 1 of R1) have no server in common (PQ), so a client can finish phase 1 there without seeing that another value was decided, and get its own decided too.">',
    '<testcase name="a &quot;name&quot; &lt;&amp;&gt; `with` | [marks]\uFFFD" classname="my tables/wrong-half.yaml">',
    expect.stringContaining(
      '<failure type="inconclusive" message="No run of the explored scope decides two values, but {S1, S2} ',
    ),
    '<testcase name="three-majority" classname="three-majority.yaml">',
    '<failure type="divergence" message="S1 holds nothing in R0 where the model holds B after a restart.">',
    '<testcase name="bad 50%, &lt;b&gt;.yaml" classname="bad 50%, &lt;b&gt;.yaml">',
    '<error type="invalid-table" message="Unknown server &quot;S9&quot;. Hint: did you mean &quot;S0&quot;?">',
    '<testcase name="wrong-half" classname="my tables/wrong-half.yaml">',
    '<testcase name="wrong-half" classname="my tables/wrong-half.yaml">',
    '<skipped message="Too large for now, until 2027-01-01."/>',
    '<testcase name="three-majority" classname="three-majority.yaml">',
    '<failure type="unexpected-result" message="verdict is safe, expected unsafe.">',
    '<testcase name="table 7" classname="quorate verify">',
    '<failure type="disagreement" message="the rules say safe, the explorer unsafe&#10;servers: [S0]&#10;">',
  ]);
});

it("holds the whole report of a table that passed, which schemas have one place for", () => {
  const xml = renderJunit(resultsOf([CASES[0]!]));
  const [, text] = /<system-out>([\s\S]*)<\/system-out>/.exec(xml)!;
  const warned = { ...safe, warnings: ["Group east | west is not used."] };
  expect(text!.replaceAll("&gt;", ">").replaceAll("&quot;", '"')).toBe(renderReport(warned, request, plain));
});

it("of logs and histories is valid, and names the event or answer that is refused", async () => {
  const told = Object.values(await toldResults()).map(renderJunit);
  expect(await problemsIn(...told)).toEqual([]);
  expect(
    told.flatMap((xml) => xml.match(/<(testcase|failure|error|skipped|system-out)( type="[^"]*"|>| name="[^"]*")/g)),
  ).toEqual([
    ...['<testcase name="three-majority"', "<system-out>"],
    ...['<testcase name="three-majority"', '<failure type="refused-event"'],
    ...['<testcase name="three-majority"', '<error type="inconclusive"'],
    ...['<testcase name="examples/logs/stale-read.edn"', '<failure type="refused-answer"'],
  ]);
});
