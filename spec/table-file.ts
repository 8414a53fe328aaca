/**
 * The quorum table file: YAML in, `QuorumTable` out. docs/manual.md describes the format.
 *
 * The way of a file: text (table-file/read-text) → located plain data (table-file/yaml-source) → the right keys and
 * kinds (schema/) → names, ranges and quorums (the rest of table-file/).
 */
import { spaceFor } from "./families/family-space.js";
import { TooComplex } from "./families/too-complex.js";
import {
  formatRange,
  type QuorumFamily,
  type QuorumTable,
  type RegisterRange,
  type Selection,
  writtenFamilies,
} from "./quorum-table.js";
import { quote } from "./quote.js";
import { type QuorumsShape, TableShape } from "./schema/table-shape.js";
import { NO_SERVERS } from "./server-set.js";
import { phase1Family, phase2Family } from "./table-families.js";
import { clientsOf, readAllocation } from "./table-file/allocations.js";
import { didYouMean } from "./table-file/did-you-mean.js";
import { readGate } from "./table-file/gates.js";
import { readClients, reportServers, reportTooManyServers } from "./table-file/names.js";
import { readPlaced, readPlaces } from "./table-file/places.js";
import { Problems, TableFileError } from "./table-file/problems.js";
import { QuorumReader, type UnusedGroup } from "./table-file/quorum-reader.js";
import { shapeReader } from "./table-file/read-shape.js";
import { readText } from "./table-file/read-text.js";
import { readIntervals } from "./table-file/register-ranges.js";
import { entitled, type Roles, readRangeObservers, readRoles } from "./table-file/roles.js";
import { YamlSource } from "./table-file/yaml-source.js";

export { TableFileError };

const readShape = shapeReader(TableShape, { whole: "a quorum table", item: "a range" });

/** Reads and parses a quorum table file. Throws TableFileError, and nothing else, whatever the file holds. */
export const loadTable = (file: string): QuorumTable => readTableFile(file).table;

/** As loadTable. */
export const readTableFile = (file: string): ReadTable => readTable(readText(file), file);

/** Parses the text of a quorum table file; `file` is its name in errors. Throws TableFileError, and nothing else. */
export const parseTable = (text: string, file: string): QuorumTable => readTable(text, file).table;

/** A table, and what is sound in its file but was hardly meant. */
export interface ReadTable {
  readonly table: QuorumTable;
  readonly unusedGroups: readonly UnusedGroup[];
}

/** As parseTable. */
export function readTable(text: string, file: string): ReadTable {
  const source = new YamlSource(text, file);
  const shape = readShape(source);
  const problems = new Problems();
  const name = readName(shape, source, problems);
  const selection = readSelection(shape, source, problems);
  reportServers(shape.servers, source, problems);
  const declaredClients = readClients(shape.clients, source, problems);
  const places = readPlaces(shape, source, problems);
  // Wrong servers would make most quorums look wrong too.
  problems.throwIfAny();
  const roles = readRoles(shape, source, problems);
  reportTooManyServers(roles.servers, source, problems);
  problems.throwIfAny();
  const reader = new QuorumReader(roles, shape.groups ?? {}, source, problems);
  reader.readGroups();
  const intervals = readIntervals(shape.registers, source, problems);
  const ranges = shape.registers.map((range, index): RegisterRange | null => {
    const interval = intervals[index] ?? null;
    const observing = readRangeObservers(range, index, roles, source, problems);
    const elect =
      range.elect === undefined
        ? null
        : reader.read(range.elect, ["registers", index, "elect"], entitled("elect", roles, observing));
    const allocation = readAllocation(range, { index, elect, clients: declaredClients }, source, problems);
    const quorums = (key: "decide" | "prepare", written: QuorumsShape) =>
      readPlaced(written, ["registers", index, key], {
        ...{ reader, places, allocation, source, problems },
        entitled: entitled(key, roles, observing),
      });
    const decide = quorums("decide", range.decide);
    const prepare = range.prepare === undefined ? null : quorums("prepare", range.prepare);
    const after = readGate(range, index, source, problems);
    if (interval === null || decide === null) return null;
    return {
      ...interval,
      decide,
      prepare,
      allocation,
      ...(after !== null && { after }),
      at: source.at(["registers", index]),
    };
  });
  if (selection === "decision-table") refusePromises(ranges, source, problems);
  problems.throwIfAny();
  const sound = ranges.filter((range) => range !== null);
  const groups = reader.serverGroups;
  const table = {
    ...{ name, servers: roles.servers, ranges: sound, selection, clients: declaredClients ?? clientsOf(sound) },
    ...(groups.length === 0 ? {} : { groups }),
    ...partsOf(roles),
  };
  buildFamilies(table, problems);
  problems.throwIfAny();
  return { table, unusedGroups: reader.unusedGroups };
}

const partsOf = ({
  observers,
  arbiters,
  witnesses,
}: Roles): Pick<QuorumTable, "observers" | "arbiters" | "witnesses"> => ({
  ...(observers.size > 0 && { observers: [...observers.keys()] }),
  ...(arbiters !== NO_SERVERS && { arbiters }),
  ...(witnesses !== NO_SERVERS && { witnesses }),
});

/** By decision table a client hears whom it likes, and not only those that vote for it. */
function refusePromises(ranges: readonly (RegisterRange | null)[], source: YamlSource, problems: Problems): void {
  for (const [index, range] of ranges.entries()) {
    if (range?.allocation.kind !== "elected" || range.allocation.vote === "apart") continue;
    const problem = 'with selection "decision-table" votes come apart from promises';
    problems.report(source.at(["registers", index, "allocation"]), problem, 'write "vote: apart" beside it');
  }
}

/** The quorums of every range are made ready here once, so that what is too complex is reported with its place. */
function buildFamilies(table: QuorumTable, problems: Problems): void {
  const tooComplex = whyTooComplex(() => phase2Family(table, 0));
  if (tooComplex !== null) {
    const family = firstTooComplex(table);
    const hint = "use fewer servers or smaller weights, or list servers group by group";
    problems.report(family.at, `${quote(family.text)} ${tooComplex}`, hint);
    return;
  }
  for (const range of table.ranges) {
    const reason = whyTooComplex(() => {
      for (const set of [range.first, Math.min(range.first + 1, range.last)]) phase1Family(table, set);
    });
    if (reason === null) continue;
    problems.report(range.at, `what prepares register sets "${formatRange(range)}" ${reason}`, 'write it as "prepare"');
    return;
  }
}

/** The family that is one too many, by halves: building takes its time where it fails. */
function firstTooComplex({ ranges, servers }: QuorumTable): QuorumFamily {
  const families = ranges.flatMap(writtenFamilies);
  const formulas = families.map(({ formula }) => formula);
  let [fits, fails] = [0, families.length];
  while (fits + 1 < fails) {
    const middle = (fits + fails) >>> 1;
    if (whyTooComplex(() => spaceFor(formulas.slice(0, middle), servers.length)) === null) fits = middle;
    else fails = middle;
  }
  return families[fails - 1]!;
}

function whyTooComplex(build: () => unknown): string | null {
  try {
    build();
    return null;
  } catch (error) {
    if (!(error instanceof TooComplex)) throw error;
    return error.message;
  }
}

function readName(shape: TableShape, source: YamlSource, problems: Problems): string {
  const name = shape.name ?? stemOf(source.file);
  if (shape.name !== undefined && !/^\P{Cc}{1,100}$/u.test(name.trim())) {
    problems.report(source.at(["name"]), `the table's name ${quote(name)} must be one line of 1 to 100 characters`);
  }
  return name.trim();
}

/** `a` of `tables/a.yaml`; of `.yaml` itself all of it. */
const stemOf = (file: string): string => /([^/\\]+?)(?:\.[^./\\]*)?[/\\]*$/.exec(file)?.[1] ?? file;

const SELECTIONS: readonly Selection[] = ["greatest", "eager", "strict", "decision-table"];

function readSelection(shape: TableShape, source: YamlSource, problems: Problems): Selection {
  const selection = shape.selection ?? "greatest";
  const known = SELECTIONS.find((candidate) => candidate === selection);
  if (known !== undefined) return known;
  const hint = didYouMean(selection, SELECTIONS, `the selections are ${SELECTIONS.join(", ")}`);
  problems.report(source.at(["selection"]), `unknown selection ${quote(selection)}`, hint);
  return "greatest";
}
