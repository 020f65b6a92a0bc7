import { Failure } from '../../../platform/kernel/failures.ts'
import { malformedRequest } from '../../../platform/kernel/problems.ts'
import { invalidClient } from './model.ts'

/** What a request says about its client. */
export interface ClientRequest {
  /** The header. */
  readonly authorization: string | undefined
  readonly parameters: Readonly<Record<string, string | undefined>>
}

/** How a client says who it is. */
export type GivenClient =
  | { readonly kind: 'secret'; readonly id: string; readonly secret: string }
  | { readonly kind: 'assertion'; readonly id: string | null; readonly assertion: string }
  | { readonly kind: 'id'; readonly id: string }

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/**
 * Reads how the client authenticates (RFC 6749 §2.3). Two ways in one request are refused: another reader of the request
 * could take the other one.
 * @returns null if the request names no client
 * @throws `malformed_request`, `invalid_client`
 */
export function readClient({ authorization, parameters }: ClientRequest): GivenClient | null {
  const { client_id: id, client_secret: secret, client_assertion: assertion } = parameters
  const ways = [authorization, secret, assertion].filter((each) => each !== undefined)
  if (ways.length > 1) throw refused('Authenticate the client in one way, not in several.')
  const given = readOne({ authorization, parameters })
  if (given !== null && given.id !== null && id !== undefined && given.id !== id)
    throw refused('The parameter client_id names another client than its credentials.')
  return given
}

function readOne({ authorization, parameters }: ClientRequest): GivenClient | null {
  const { client_id: id, client_secret: secret, client_assertion: assertion } = parameters
  if (authorization !== undefined) return readBasic(authorization)
  if (assertion !== undefined) return readAssertion(assertion, parameters)
  if (secret === undefined) return id === undefined ? null : { kind: 'id', id }
  if (id === undefined) throw refused('Send client_id with client_secret.')
  return { kind: 'secret', id, secret }
}

function readAssertion(assertion: string, parameters: ClientRequest['parameters']): GivenClient {
  if (parameters['client_assertion_type'] !== assertionType)
    throw refused(`Send client_assertion_type=${assertionType} with client_assertion.`)
  return { kind: 'assertion', id: parameters['client_id'] ?? null, assertion }
}

/** Both parts are encoded as in a form (RFC 6749 §2.3.1), then as RFC 7617 says. */
function readBasic(authorization: string): GivenClient {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(authorization.trim())?.[1]
  if (encoded === undefined) throw unreadable('not Basic')
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon < 0) throw unreadable('no colon')
  const [id, secret] = [text.slice(0, colon), text.slice(colon + 1)].map(decodeForm)
  if (!id || !secret) throw unreadable('no id or no secret')
  return { kind: 'secret', id, secret }
}

function decodeForm(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return ''
  }
}

function refused(detail: string): Failure {
  return new Failure(malformedRequest, { detail })
}

function unreadable(reason: string): Failure {
  return new Failure(invalidClient, { cause: new Error(`the Authorization header: ${reason}`) })
}
