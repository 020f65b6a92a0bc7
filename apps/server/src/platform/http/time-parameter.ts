import { invalidFields } from '../kernel/problems.ts'

/**
 * The time of a query parameter; null if it is not given. RFC 3339 allows leap seconds, which are no time for a computer.
 * @param pointer of the parameter, such as `/from`
 * @throws `validation_failed`
 */
export function timeOf(text: string | undefined, pointer: string): Date | null {
  if (text === undefined) return null
  const time = new Date(text)
  if (Number.isNaN(time.getTime()))
    throw invalidFields({
      pointer,
      code: 'time_invalid',
      detail: 'Give a time such as 2026-11-29T09:30:00Z.',
    })
  return time
}
