import type { FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { forbidden } from '../kernel/problems.ts'

type Stated = 'same' | 'other' | 'nothing'

/**
 * Refuses a request from a page of another origin. A browser adds the cookie to such a request without the user's
 * knowledge. Only the browser can set Origin and Sec-Fetch-Site (ASVS 3.5.1, NIST SP 800-63B-4 §5.1).
 * @param unstated the decision if both are missing. Current browsers send at least one with every request that changes
 * something
 */
export function assertSameOrigin(
  { headers }: Pick<FastifyRequest, 'headers'>,
  { publicUrl, unstated }: { readonly publicUrl: string; readonly unstated: 'refused' | 'allowed' },
): void {
  const { origin } = new URL(publicUrl)
  const stated = originOf(headers, origin)
  if (stated === 'same' || (stated === 'nothing' && unstated === 'allowed')) return
  const detail = `A call with the session cookie must come from a page of ${origin}, which is PROXIMA_PUBLIC_URL on this server. Other clients must send "Authorization: Bearer".`
  throw new Failure(forbidden, { detail })
}

function originOf(headers: FastifyRequest['headers'], own: string): Stated {
  const site = headers['sec-fetch-site']
  if (headers.origin === undefined && site === undefined) return 'nothing'
  const isOwn = (headers.origin ?? own) === own && (site ?? 'same-origin') === 'same-origin'
  return isOwn ? 'same' : 'other'
}
