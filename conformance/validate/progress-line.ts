import { formatCount } from "../words/format-count.js";
import type { ValidateProgress } from "./turns.js";

/** What is said on stderr while logs are long. */
export function validateProgress(table: string, progress: ValidateProgress): string {
  if (progress.doing === "reading") return `${table}: reading ${progress.file}: ${formatCount(progress.events)} events`;
  const { explained, events } = progress;
  const states = progress.doing === "ordering" ? "" : `${formatCount(progress.states)} states with hidden steps, `;
  return `${table}: ${states}${formatCount(explained)} of ${formatCount(events)} events explained`;
}
