/**
 * How a client picks the value to propose: one file for each way to keep rule 4, "previous decisions" (spec/README.md).
 *
 * Source: Howard & Mortier 2019, sections 4 and 5.
 */
import type { QuorumTable } from "../../spec/quorum-table.js";
import { DecisionTableSelection } from "./selection/by-decision-table.js";
import { EagerSelection } from "./selection/eager.js";
import { GreatestSelection } from "./selection/greatest.js";
import type { SelectionRule } from "./selection/selection-rule.js";
import { StrictSelection } from "./selection/strict.js";

/**
 * The table's selection, for one attempt in the register set. Throws RangeError for a set that the table does not
 * have.
 */
export function selectionRule(table: QuorumTable, registerSet: number): SelectionRule {
  switch (table.selection) {
    case "greatest":
      return new GreatestSelection();
    case "eager":
      return new EagerSelection(table);
    case "strict":
      return new StrictSelection(table);
    case "decision-table":
      return new DecisionTableSelection(table, registerSet);
  }
}
