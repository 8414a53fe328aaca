/** What a system is about, and which variant of it with which parameters is looked at. */
import type { Parameter, ParameterValue } from "../../../model/systems/system.js";
import { valuesOf } from "../parameter-values.js";
import type { SystemKnown } from "../session.js";
import type { SystemSubject } from "../subject.js";

interface Props {
  readonly known: SystemKnown;
  readonly onChoose: (subject: SystemSubject) => void;
}

export function SystemStory({ known: { system, variant, values }, onChoose }: Props) {
  const subject = { kind: "system", system: system.name, variant: variant.name } as const;
  return (
    <section class="story">
      <p>{system.about}</p>
      <p class="caption">Source: {system.source}</p>
      <div class="fields">
        <label>
          variant
          <select
            value={variant.name}
            onChange={(event) => onChoose({ ...subject, variant: event.currentTarget.value, values: {} })}
          >
            {system.variants.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        {Object.entries(system.parameters).map(([name, parameter]) => (
          <label key={name}>
            {parameter.means}
            <select
              value={`${values[name]}`}
              onChange={(event) =>
                onChoose({ ...subject, values: { ...values, [name]: valueIn(parameter, event.currentTarget.value) } })
              }
            >
              {valuesOf(parameter).map((value) => (
                <option key={value}>{value}</option>
              ))}
            </select>
          </label>
        ))}
      </div>
      <p>
        <b>{variant.name}</b>: {variant.inShort}.
      </p>
      {variant.story !== undefined && <p>{variant.story}</p>}
      {variant.mend !== undefined && (
        <p>
          <b>What mends it:</b> {variant.mend}
        </p>
      )}
    </section>
  );
}

const valueIn = ({ kind }: Parameter, text: string): ParameterValue => (kind === "number" ? Number(text) : text);
