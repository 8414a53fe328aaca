/** Which table or system the page is about. */
import { systemNamed, systems } from "../../../model/systems/registry.js";
import type { PageData, Subject } from "../subject.js";

interface Props {
  readonly data: PageData;
  readonly subject: Subject;
  readonly onChoose: (subject: Subject) => void;
}

export function Chooser({ data, subject, onChoose }: Props) {
  const tables = data.subject.kind === "table" ? [data.subject, ...data.examples] : data.examples;
  const value = subject.kind === "table" ? `table ${subject.file}` : `system ${subject.system}`;
  const choose = (chosen: string) => {
    const [kind, name] = [chosen.slice(0, chosen.indexOf(" ")), chosen.slice(chosen.indexOf(" ") + 1)];
    const table = tables.find(({ file }) => file === name);
    if (kind === "table" && table !== undefined) return onChoose(table);
    const system = systemNamed(name);
    if (system !== undefined) onChoose({ kind: "system", system: name, variant: system.variants[0]!.name, values: {} });
  };
  return (
    <p class="chooser">
      <label>
        <span class="spoken">Table or system</span>
        <select value={value} onChange={(event) => choose(event.currentTarget.value)}>
          <optgroup label="Tables">
            {tables.map(({ file }) => (
              <option key={file} value={`table ${file}`}>
                {file.replace(/^.*\//, "")}
              </option>
            ))}
          </optgroup>
          <optgroup label="Systems">
            {systems.map(({ name }) => (
              <option key={name} value={`system ${name}`}>
                {name}
              </option>
            ))}
          </optgroup>
        </select>
      </label>
    </p>
  );
}
