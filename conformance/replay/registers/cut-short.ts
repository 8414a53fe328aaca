/** Requests that a crash cuts short: each has taken effect or has not, nothing else, and whatever that is stays so. */
import type { Scope } from "../../../model/registers/scope.js";
import { NIL, type Register, sameRegister } from "../../../spec/register.js";
import { ImplementationFault } from "../lockstep/implementation-fault.js";
import { phrase } from "../lockstep/phrase.js";
import type { SystemUnderTest } from "../systems/system-under-test.js";

/** How many bytes of a request that a crash cuts short reach the disk: a whole record, or a torn one. */
const TORN_BYTES = [0, 1, 300, 511, 1000];

/** Of the run: what the model holds, and what is compared with it. */
interface Beside<Request, Reply> {
  readonly scope: Scope;
  readonly system: SystemUnderTest<Request, Reply>;
  readonly turn: number;
  expectedAt(server: number, row: number): Register;
}

export interface CutRequest<Request> {
  readonly server: number;
  readonly request: Request;
  /** For sentences, such as `"write" for R0`. */
  readonly asked: string;
  /** What the register of this set holds once the request has taken effect, and held something before. */
  readonly effectOn: (registerSet: number, before: Register) => Register;
}

/**
 * Cuts the request short, crashes once more, and sends it again, as its client does; all is put back to where it was.
 * Throws ImplementationFault where registers hold what they must not.
 */
export async function checkCutShort<Request, Reply>(
  run: Beside<Request, Reply>,
  { server, request, asked, effectOn }: CutRequest<Request>,
): Promise<void> {
  const { system, turn } = run;
  const { registerSets, table } = run.scope;
  const name = table.servers[server];
  const before = registerSets.map((_, row) => run.expectedAt(server, row));
  const after = before.map((register, row) => effectOn(registerSets[row]!, register));
  const held = () => registerSets.map((registerSet) => system.registerAt(server, registerSet));
  const oddIn = (found: readonly Register[], wanted: readonly Register[]) =>
    found.findIndex((register, row) => !sameRegister(register, wanted[row]!));
  const expect = (wanted: readonly Register[], what: string): void => {
    const found = held();
    const odd = oddIn(found, wanted);
    if (odd < 0) return;
    throw new ImplementationFault(
      `${name} holds ${phrase(found[odd]!)} in R${registerSets[odd]} ${what}, where it must hold ${phrase(wanted[odd]!)}`,
    );
  };

  const servers = system.restorable!.save();
  await system.timedCrashes!.during(server, request, TORN_BYTES[turn % TORN_BYTES.length]!);
  const left = held();
  // A promise alone is what any client may ask for at any time.
  const promised = before.map((register, row) => (after[row]!.state === "nil" ? NIL : register));
  const [changed, missing] = [oddIn(left, before), oddIn(left, after)];
  if (changed >= 0 && missing >= 0 && oddIn(left, promised) >= 0) {
    const half = sameRegister(left[changed]!, after[changed]!);
    const alike = `${phrase(before[changed]!)}, or ${phrase(after[changed]!)} if the request took effect`;
    throw new ImplementationFault(
      `${name} holds ${phrase(left[changed]!)} in R${registerSets[changed]} after it was killed while it handled ${asked}, where the model holds ${half ? `${phrase(after[missing]!)} in R${registerSets[missing]} then, too` : alike}`,
    );
  }
  await system.crash(server);
  expect(left, `when it starts a second time after a crash cut ${asked} short`);
  try {
    await system.request(server, request);
  } catch (fault) {
    if (!(fault instanceof ImplementationFault)) throw fault;
    throw new ImplementationFault(`${fault.message}, when it came again after a crash had cut it short`);
  }
  expect(after, `after a crash cut ${asked} short and it came again`);
  await system.crash(server);
  expect(after, `after a crash cut ${asked} short, it came again, and there was a crash once more`);
  system.restorable!.restore(servers);
}
