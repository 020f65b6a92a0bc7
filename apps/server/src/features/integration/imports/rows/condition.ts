import type { ConditionSpec } from '../maps/format.ts'
import type { UserRow } from '../model.ts'
import { isTrue, keyOfValue, rowFor, valueAt } from './value.ts'

export function holds(user: UserRow, condition: ConditionSpec | undefined): boolean {
  if (condition === undefined) return false
  const value = valueAt(rowFor(user, condition.from), condition.column)
  if (condition.values === undefined) return isTrue(value)
  return condition.values.some((wanted) => keyOfValue(wanted) === keyOfValue(value))
}
