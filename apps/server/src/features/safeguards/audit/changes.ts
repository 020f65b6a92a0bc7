import { type Changes, hidden, type Values } from './model.ts'

/** The fields of something. The trail shows the values of some, and of the others only that they changed. */
export interface Fields {
  readonly shown: Values
  readonly hidden: Values
}

/** The fields that differ. Both sides have the same fields. */
export function changesOf(before: Fields, after: Fields): Changes {
  const differing = (old: Values, current: Values) =>
    Object.keys(old).filter((name) => old[name] !== current[name])
  const names = differing(before.shown, after.shown)
  const hiddenNames = differing(before.hidden, after.hidden)
  const pick = (values: Values): Values =>
    Object.fromEntries([
      ...names.map((name) => [name, values[name] ?? null] as const),
      ...hiddenNames.map((name) => [name, hidden] as const),
    ])
  return { before: pick(before.shown), after: pick(after.shown) }
}
