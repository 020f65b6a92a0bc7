import type { FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { forbidden } from '../kernel/problems.ts'

type Stated = 'same' | 'other' | 'nothing'

/**
 * Refuses what a page of another origin has sent. A browser adds the cookie to such a request too, and its owner knows
 * nothing of it; Origin and Sec-Fetch-Site are written by the browser alone (ASVS 3.5.1, NIST SP 800-63B-4 §5.1).
 * @param unstated what becomes of a request that says neither; no browser of today sends one that changes anything
 */
export function assertSameOrigin(
  { headers }: Pick<FastifyRequest, 'headers'>,
  { publicUrl, unstated }: { readonly publicUrl: string; readonly unstated: 'refused' | 'allowed' },
): void {
  const { origin } = new URL(publicUrl)
  const stated = originOf(headers, origin)
  if (stated === 'same' || (stated === 'nothing' && unstated === 'allowed')) return
  const detail = `By cookie this call is only taken from pages of ${origin}. Others send "Authorization: Bearer".`
  throw new Failure(forbidden, { detail })
}

function originOf(headers: FastifyRequest['headers'], own: string): Stated {
  const site = headers['sec-fetch-site']
  if (headers.origin === undefined && site === undefined) return 'nothing'
  const isOwn = (headers.origin ?? own) === own && (site ?? 'same-origin') === 'same-origin'
  return isOwn ? 'same' : 'other'
}
