/** A sequence diagram in Mermaid, which GitHub and GitLab draw where they find it. */
import { laneIndex, type SequenceDiagram, type SequenceRow } from "./diagram.js";

export function mermaidOf(diagram: SequenceDiagram): string {
  // Names may hold what Mermaid takes for an arrow; labels, what it takes for the end of a statement.
  const id = (name: string) => `p${laneIndex(diagram, name)}`;
  const plain = (label: string) => label.replaceAll(";", ",").replaceAll("#", "no. ");
  const line = ({ kind, from, to, label }: SequenceRow): string => {
    switch (kind) {
      case "message":
        return `${id(from)}->>${id(to)}: ${plain(label)}`;
      case "reply":
        return `${id(from)}-->>${id(to)}: ${plain(label)}`;
      case "event":
      case "note":
        return `Note over ${from === to ? id(from) : `${id(from)},${id(to)}`}: ${plain(label)}`;
    }
  };
  return [
    "sequenceDiagram",
    ...diagram.lanes.map(({ name, kind }) => `  ${kind === "client" ? "actor" : "participant"} ${id(name)} as ${name}`),
    ...diagram.rows.map((row) => `  ${line(row)}`),
    "",
  ].join("\n");
}
