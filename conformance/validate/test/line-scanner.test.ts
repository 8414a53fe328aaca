/** A line is read as JSON.parse reads it, or left to JSON.parse. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { LineScanner, namesOf } from "../line-scanner.js";

const scanner = new LineScanner();

/** What the scanner made of the line, as JSON.parse would return it; null where it left it. */
function scanned(line: string | Buffer): unknown {
  const bytes = Buffer.concat([Buffer.from("…\n"), Buffer.from(line), Buffer.from('\n{"node":"next"}\n')]);
  const start = bytes.indexOf("\n") + 1;
  const end = scanner.scan(bytes, start);
  if (end < 0) return null;
  expect(end).toBe(start + Buffer.from(line).length);
  expect(scanner.text).toBe(line.toString());
  const found = Object.fromEntries(Object.entries(scanner.fields).filter(([, value]) => value !== undefined));
  expect(scanner.names).toBe(namesOf(Object.keys(found)));
  return found;
}

const USUAL = [
  '{"node":"S0","event":"freeze","registerSet":1,"values":[[0,"apple"],[12,"[\'{"]]}',
  '{"node": "client 1", "seq": 0, "at": [17.25, 1e3], "event": "propose", "registerSet": 7, "value": "", "heard": ["S0", "S1"]}',
  '{"at":123456789012345,"node":"S0","event":"refuse","registerSet":1234567890123456,"holds":null,"note":-0.5}\r',
  '{ "value" : "日本 \u00e9" , "node":"S1" }',
  '{"node":"S0","event":"start","frozenBelow":0,"values":[],"votes":[[1,"c1"]]}',
];

it.each(USUAL)("of the usual shape: %s", (line) => {
  expect(scanned(line)).toEqual(JSON.parse(line));
});

it.each([
  ["no JSON", '{"node":"S0",}'],
  ["nothing", ""],
  ["an empty object", "{}"],
  ["two lines in one", '{"node":"S0"}{"node":"S1"}'],
  ["an unknown field", '{"node":"S0","vlaue":"A"}'],
  ["a field twice", '{"node":"S0","node":"S1"}'],
  ["an escape", '{"node":"S\\u0030"}'],
  ["an object in it", '{"note":{}}'],
  ["a truth", '{"note":true}'],
  ["a zero in front", '{"seq":01}'],
  ["no number", '{"seq":1.}'],
  ["a list that ends early", '{"heard":["S0"}'],
  ["a comma too many in a list", '{"heard":["S0",]}'],
  ["a tab in a text", '{"node":"S\t"}'],
  ["a mark of the byte order", '\ufeff{"node":"S0"}'],
  ["a prototype", '{"__proto__":"S0"}'],
])("left to JSON.parse: %s", (_, line) => {
  expect(scanned(line)).toBe(null);
});

it("bytes that are no text become what they become elsewhere", () => {
  const line = Buffer.from('{"node":"S\xff\xc3","event":"told"}', "latin1");
  expect(scanned(line)).toEqual(JSON.parse(line.toString()));
});

it("never differs, whatever is changed in a line", () => {
  const piece = fc.constantFrom(...'{}[]",:\\0123.-+eE n\t\r\u0001é', "null", '"node"', '"at"', "__proto__", "1e5");
  let kept = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...USUAL),
      fc.nat(),
      fc.nat(3),
      fc.array(piece, { maxLength: 3 }),
      (line, at, cut, put) => {
        const place = at % (line.length + 1);
        const changed = line.slice(0, place) + put.join("") + line.slice(place + cut);
        const found = scanned(changed);
        if (found === null) return;
        kept++;
        expect(found).toEqual(JSON.parse(changed));
      },
    ),
    { numRuns: 2000 },
  );
  expect(kept).toBeGreaterThan(100);
});
