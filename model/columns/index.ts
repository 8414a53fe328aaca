/** The front door of canonical forms by columns. */
export {
  arrangementsOf,
  type ColumnGroup,
  type Columns,
  type Permutation,
  type Relabelled,
  type Relabelling,
} from "./columns.js";
export { COLUMN_BITS_MAX, FormsByColumns } from "./forms-by-columns.js";
export { type Layout, widthOf } from "./packed-columns.js";
export { LOOK_UP_BITS_MAX, REST_BITS_MAX } from "./relabelling-tables.js";
