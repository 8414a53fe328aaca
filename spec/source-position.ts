/** Where in a quorum table file something stands; line and column count from 1. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export const formatPosition = (at: SourcePosition): string => `${at.file}:${at.line}:${at.column}`;
