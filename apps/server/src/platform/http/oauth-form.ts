import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { malformedRequest } from '../kernel/problems.ts'
import type { App } from './app.ts'
import { hasContent, readBody } from './read-body.ts'

/** No request of OAuth has more parameters. */
const parametersMax = 50
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
/** What no parameter may have (RFC 6749, appendix A): control characters except the tab, which a password may have. */
const forbiddenCharacters = /(?!\t)[\p{Cc}]/u

/**
 * Adds routes that take the parameters of OAuth: a form as the body, and nothing in the address. A secret in an address
 * ends up in histories and logs (RFC 6749 §2.3.1, A110).
 */
export function addOAuthRoutes(app: App, addRoutes: (oauth: App) => void): void {
  // In a context of its own, because only these routes accept such forms.
  void app.register(async (oauth: App) => {
    oauth.addHook('onRequest', async ({ url }) => {
      if (url.includes('?')) throw unreadable('Send the parameters in the body, not in the address.')
    })
    oauth.removeAllContentTypeParsers()
    oauth.addContentTypeParser(
      'application/x-www-form-urlencoded',
      async (request: FastifyRequest, payload: IncomingMessage) =>
        readParameters(await readBody(request, payload)),
    )
    oauth.addContentTypeParser('*', async (request: FastifyRequest, payload: IncomingMessage) => {
      if (await hasContent(request, payload))
        throw unreadable('Send the parameters as application/x-www-form-urlencoded.')
    })
    addRoutes(oauth)
  })
}

/**
 * The parameters by name. Each may occur once, also one that the server does not know, and one without a value counts as
 * left out (RFC 6749 §3.2).
 */
function readParameters(body: Buffer): Readonly<Record<string, string>> {
  const parts = textOf(body).split('&', parametersMax + 1)
  if (parts.length > parametersMax) throw unreadable(`Send at most ${parametersMax} parameters.`)
  const byName = new Map<string, string>()
  for (const part of parts.filter((each) => each !== '')) {
    const [name = '', ...rest] = part.split('=')
    const key = decode(name)
    if (byName.has(key)) throw unreadable('Send each parameter once.')
    byName.set(key, decode(rest.join('=')))
  }
  return Object.fromEntries([...byName].filter(([, value]) => value !== ''))
}

function textOf(body: Buffer): string {
  try {
    return utf8.decode(body)
  } catch (error) {
    throw unreadable('Send the parameters in UTF-8.', error)
  }
}

function decode(text: string): string {
  const decoded = decodeUtf8(text.replaceAll('+', ' '))
  if (forbiddenCharacters.test(decoded)) throw unreadable('Send no control characters.')
  return decoded
}

function decodeUtf8(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (error) {
    throw unreadable('Encode the parameters as UTF-8, with "%" and two hexadecimal digits for a byte.', error)
  }
}

function unreadable(detail: string, cause?: unknown): Failure {
  return new Failure(malformedRequest, { detail, cause })
}
