import { isUtf8 } from 'node:buffer'
import type { FastifyRequest } from 'fastify'
import type { AccountId } from '../kernel/ids.ts'
import { type Caller, credentialIdOf, impersonatorOf } from '../kernel/principal.ts'
import type { RequestContext } from '../kernel/request-context.ts'
import { readDeviceSecret } from './trusted-device.ts'

/** The caller and the origin of a request, for services. No other code reads them from a request. */
export function contextOf(request: FastifyRequest): RequestContext {
  const { clientAddress, headers, id, principal } = request
  return {
    actor: principal && { accountId: actorOf(principal), credentialId: credentialIdOf(principal) },
    ipAddress: clientAddress,
    userAgent: readUserAgent(headers['user-agent']),
    requestId: id,
    deviceSecret: readDeviceSecret(request),
  }
}

// An administrator who sees an account as its owner does is the one who acts.
function actorOf(principal: Caller): AccountId {
  return impersonatorOf(principal)?.accountId ?? principal.accountId
}

const lengthMax = 200

/**
 * The text of a header, cut to the length that is stored; null if it was not sent. Node reads headers as Latin-1, and some
 * clients send UTF-8. Invisible characters could reorder the text around it on a page or in a mail (A19).
 */
function readUserAgent(header: string | undefined): string | null {
  if (header === undefined) return null
  const bytes = Buffer.from(header, 'latin1')
  const text = isUtf8(bytes) ? bytes.toString() : header
  const cut = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Co}]/gu, '').slice(0, lengthMax)
  // The cut may fall into a character. No database stores half of one.
  return cut.isWellFormed() ? cut : cut.slice(0, -1)
}
