import type { MapVariant } from '../maps/format.ts'
import type { Row, UserRow } from '../model.ts'

/** Where users are imported from. It is only read, and in small parts, however large it is. */
export interface Source {
  /** The columns of its users; none if it has no such table, or no rows. */
  columnsOf(variant: MapVariant): Promise<readonly string[]>
  /** How many users it has; null if only reading it all would tell. */
  count(variant: MapVariant): Promise<number | null>
  users(variant: MapVariant): AsyncIterable<UserRow>
  /** All rows of a small table, such as that of the roles. */
  table(name: string): Promise<readonly Row[]>
  close(): Promise<void>
}
