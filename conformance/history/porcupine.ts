/**
 * The history of one register as the lines of Jepsen's log that Porcupine's test of etcd reads. It knows whole numbers
 * only: other contents get the numbers that are not used, in the order in which they come.
 *
 * Source: A. Athalye, Porcupine, `parseJepsenLog`, and the histories in its test data.
 */
import type { Content, Operation } from "./operation.js";

interface Line {
  readonly time: number;
  readonly isAnswer: boolean;
  readonly text: string;
}

export function porcupineLog(operations: readonly Operation[]): string {
  const contents = operations.flatMap((operation): readonly Content[] =>
    operation.op === "read" ? (operation.completed === null ? [] : [operation.result]) : operation.args,
  );
  const number = numbering(contents);
  const processes = processNumbers();
  const lines = [...operations]
    .sort((a, b) => a.invoked - b.invoked)
    .flatMap((operation): Line[] => {
      const { op, invoked, completed } = operation;
      const process = processes(operation);
      const of = (type: string, what: string) => `INFO  jepsen.util - ${process}\t:${type}\t:${op}\t${what}\n`;
      const asked = askedIn(operation, number);
      const call = { time: invoked, isAnswer: false, text: of("invoke", asked) };
      if (completed === null) return [call];
      const type = op === "cas" && !operation.result ? "fail" : "ok";
      const answer = op === "read" ? number(operation.result) : asked;
      return [call, { time: completed, isAnswer: true, text: of(type, answer) }];
    });
  return lines
    .sort((a, b) => a.time - b.time || Number(a.isAnswer) - Number(b.isAnswer))
    .map(({ text }) => text)
    .join("");
}

function askedIn(operation: Operation, number: (content: Content) => string): string {
  if (operation.op === "read") return "nil";
  return operation.op === "write" ? number(operation.args[0]) : `[${operation.args.map(number).join(" ")}]`;
}

/** After a call that is never answered a process goes on under a new number, as in Jepsen: nothing ends the call. */
function processNumbers(): (operation: Operation) => number {
  const numbers = new Map<string, number>();
  let next = 0;
  return ({ process, completed }) => {
    const number = numbers.get(process) ?? next++;
    if (completed === null) numbers.delete(process);
    else numbers.set(process, number);
    return number;
  };
}

function numbering(contents: readonly Content[]): (content: Content) => string {
  const isNumber = (content: Content): content is number => Number.isSafeInteger(content) && (content as number) >= 0;
  const used = new Set(contents.filter(isNumber));
  const numbers = new Map<string, number>();
  let next = 0;
  for (const content of contents) {
    const text = JSON.stringify(content);
    if (content === null || isNumber(content) || numbers.has(text)) continue;
    while (used.has(next)) next++;
    numbers.set(text, next++);
  }
  return (content) =>
    content === null ? "nil" : `${isNumber(content) ? content : numbers.get(JSON.stringify(content))}`;
}
