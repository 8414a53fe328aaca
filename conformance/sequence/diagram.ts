/** Who says what to whom, in order: what text, Mermaid and SVG draw. */

export interface SequenceDiagram {
  /** Left to right. */
  readonly lanes: readonly Lane[];
  /** Top to bottom. */
  readonly rows: readonly SequenceRow[];
}

export interface Lane {
  readonly name: string;
  readonly kind: "client" | "server";
}

export interface SequenceRow {
  /** Which step of the run it is of, from 1 on; those of one step follow each other. */
  readonly step: number;
  /**
   * What is sent; what comes back; what happens at one place, where `to` is `from`; or what is true of all places
   * between `from` and `to`.
   */
  readonly kind: "message" | "reply" | "event" | "note";
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** By the name of its lane. */
export const laneIndex = ({ lanes }: SequenceDiagram, name: string): number =>
  lanes.findIndex((lane) => lane.name === name);
