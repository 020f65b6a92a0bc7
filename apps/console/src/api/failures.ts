import { ProximaError } from '@proxima/client'

/** The administrator did not confirm that it is them. Nothing was done. */
export class Cancelled extends Error {}

/** What to show about a failure: the words of the server, or what is known if it did not answer. */
export function messageOf(error: unknown): string {
  if (!(error instanceof ProximaError)) return 'Something in this page failed. Load it again.'
  const [field] = error.fields
  if (field !== undefined) return field.detail
  if (error.code === 'network_error') return 'There is no connection to the server.'
  if (error.code === 'timeout') return 'The server did not answer in time.'
  return error.message
}

export function hasCode(error: unknown, code: string): boolean {
  return error instanceof ProximaError && error.code === code
}
