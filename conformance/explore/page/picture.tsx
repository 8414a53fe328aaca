/** A state, as its model draws it; what the last step changed is marked. */
import type { PictureTable } from "../explorable.js";
import type { Stop } from "../journey.js";

export function Picture({ stop: { picture, changed } }: { readonly stop: Stop }) {
  const sizes = picture.tables.map(({ rows }) => rows.reduce((sum, { cells }) => sum + cells.length, 0));
  const before = (count: number): number => sizes.slice(0, count).reduce((sum, size) => sum + size, 0);
  return (
    <div class="picture">
      {picture.tables.map((table, index) => (
        <Table key={table.title} table={table} first={before(index)} changed={changed} />
      ))}
      {picture.lines.length > 0 && (
        <dl class="lines">
          {picture.lines.map(([name, text], index) => (
            <div key={name} class={changed.has(before(sizes.length) + index) ? "changed" : ""}>
              <dt>{name}</dt>
              <dd>{text === "" ? "–" : text}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}

interface TableProps {
  readonly table: PictureTable;
  /** The place of its first cell among the picture's texts. */
  readonly first: number;
  readonly changed: ReadonlySet<number>;
}

function Table({ table, first, changed }: TableProps) {
  const { title, head, rows } = table;
  const isChanged = (row: number, column: number): boolean => changed.has(first + row * head.length + column);
  return (
    <figure class={`scroll${head.length > 9 ? " wide" : ""}`}>
      {title !== "" && <figcaption>{title}</figcaption>}
      <table class="state">
        <thead>
          <tr>
            <td />
            {head.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, cells, note }, row) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cells.map(({ text, decides }, column) => (
                <td
                  key={head[column]}
                  class={`cell${isChanged(row, column) ? " changed" : ""}${decides ? " decides" : ""}`}
                  data-value={text}
                >
                  {text === "-" ? "–" : text}
                </td>
              ))}
              {note !== "" && <td class="decided beside">{note}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {rows
        .filter(({ note }) => note !== "")
        .map(({ name, note }) => (
          <p key={name} class="decided below">
            {name}: {note}
          </p>
        ))}
    </figure>
  );
}
