import type { CustomFetch } from 'openid-client'
import type { OutgoingRequests } from '../../../../platform/outgoing/outgoing.ts'

/** For each request. People wait for it. */
export const requestSeconds = 5
/** Keys and metadata of large providers have some 20 KB. */
const answerMaxBytes = 262_144

/**
 * The requests of openid-client, as every request of this server: to addresses that were checked, without redirects, and
 * bounded in size and time (A121).
 */
export function guardedFetch(outgoing: Pick<OutgoingRequests, 'exchange'>): CustomFetch {
  return async (url, { body, headers, method, signal }) => {
    const timeout = AbortSignal.timeout(requestSeconds * 1_000)
    const answer = await outgoing.exchange(url, {
      method: method === 'POST' ? 'POST' : 'GET',
      headers,
      body: textOf(body),
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      answerMaxBytes,
    })
    const { contentType, status } = answer
    return new Response(hasNoBody(status) ? null : answer.body, {
      // A status that a page cannot have is an answer that the library refuses.
      status: status >= 200 && status <= 599 ? status : 502,
      headers: contentType === null ? {} : { 'content-type': contentType },
    })
  }
}

function textOf(body: unknown): string | null {
  if (body === undefined || body === null) return null
  if (typeof body === 'string') return body
  if (body instanceof URLSearchParams) return body.toString()
  throw new TypeError('openid-client sends forms and no other bodies')
}

/** Fetch §2.2.3: null body status. */
function hasNoBody(status: number): boolean {
  return [204, 205, 304].includes(status)
}
