/** A table's text, to be written: lines with numbers, and a mark under each thing that is wrong. */
import { useRef } from "preact/hooks";
import type { Problem } from "../../../spec/table-file/problems.js";

interface Props {
  readonly text: string;
  readonly problems: readonly Problem[];
  /** Whether it is what the page is for; else it is folded away. */
  readonly isOpen: boolean;
  readonly onEdit: (text: string) => void;
}

export function Editor({ text, problems, isOpen, onEdit }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  const lines = text.split("\n");
  const goTo = ({ line, column }: Problem["position"]) => {
    const at = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
    area.current?.focus();
    area.current?.setSelectionRange(at, at + markLength(lines[line - 1] ?? "", column));
  };
  return (
    <details class="editor" open={isOpen || problems.length > 0}>
      <summary>The table</summary>
      <div class="paper">
        <pre class="marks" aria-hidden="true">
          {lines.map((line, index) => (
            <span key={index} class="line">
              {marked(
                line,
                problems.filter(({ position }) => position.line === index + 1),
              )}
              {"\n"}
            </span>
          ))}
        </pre>
        <textarea
          ref={area}
          aria-label="quorum table"
          aria-invalid={problems.length > 0}
          aria-describedby="problems"
          spellcheck={false}
          autocapitalize="off"
          autocomplete="off"
          wrap="off"
          rows={lines.length}
          value={text}
          onInput={(event) => onEdit(event.currentTarget.value)}
        />
      </div>
      <ul id="problems" class="problems" aria-live="polite">
        {problems.map(({ position, problem, hint }) => (
          <li key={`${position.line}:${position.column} ${problem}`}>
            <button type="button" onClick={() => goTo(position)}>
              {position.line}:{position.column}
            </button>{" "}
            {problem}.{hint !== null && <small> {hint.endsWith("?") ? hint : `${hint}.`}</small>}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** As far as the word that begins there, at least a character. */
const markLength = (line: string, column: number): number =>
  Math.max(1, /^[^\s,\]}:]*/.exec(line.slice(column - 1))![0].length);

function marked(line: string, problems: readonly Problem[]) {
  const [first] = problems;
  if (first === undefined) return line;
  const start = Math.min(first.position.column - 1, line.length);
  const end = start + markLength(line, first.position.column);
  return (
    <>
      {line.slice(0, start)}
      <mark>{line.slice(start, end) || " "}</mark>
      {line.slice(end)}
    </>
  );
}
