import type { Settings } from '../settings.ts'

/** For the operator: what a status says that the stream of revocations is refused with. */
export function hintOf(status: number): string {
  if (status === 401) return ': the apiKey is not valid'
  if (status === 403) return ': the apiKey needs the permission tokens:introspect'
  return ''
}

/** For the operator: what happens to requests while revocations do not arrive. */
export function effectOf(
  { failMode, failAfterMs }: Pick<Settings, 'failMode' | 'failAfterMs'>,
  hasHeard: boolean,
): string {
  if (failMode === 'ttl') return 'Until they do, revoked tokens work until they expire.'
  // There is nothing yet that could be used for a while.
  if (!hasHeard) return 'Until they do, requests get 503.'
  return `Requests get 503 after ${failAfterMs / 1000} seconds.`
}
