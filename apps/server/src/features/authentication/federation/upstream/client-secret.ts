import { sign } from 'node:crypto'
import type * as openid from 'openid-client'
import type { ClientAuth, ServerMetadata } from 'openid-client'
import type { Provider } from '../../../../platform/config/providers/model.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'

type OpenidClient = typeof openid

/** Apple allows up to six months. A secret that is used once needs no more than this. */
const appleSecretSeconds = 300

/** How the server proves who it is to the token endpoint. */
export function clientAuthOf(
  { clientId, secret }: Pick<Provider, 'clientId' | 'secret'>,
  client: Pick<OpenidClient, 'ClientSecretBasic' | 'ClientSecretPost'>,
  clock: Clock,
): ClientAuth {
  if (secret.kind === 'apple')
    return (_server, _metadata, body) => {
      body.set('client_id', clientId)
      body.set('client_secret', appleSecret({ clientId, ...secret }, clock.now()))
    }
  const [basic, post] = [client.ClientSecretBasic(secret.text), client.ClientSecretPost(secret.text)]
  return (server, ...rest) => (usesBasic(server) ? basic : post)(server, ...rest)
}

/** Every server that follows RFC 6749 §2.3.1 supports Basic, unless it says that it does not. GitHub and Facebook do not. */
function usesBasic({ token_endpoint_auth_methods_supported: methods }: ServerMetadata): boolean {
  return methods === undefined || methods.includes('client_secret_basic')
}

export interface AppleClient {
  readonly clientId: string
  readonly teamId: string
  readonly keyId: string
  readonly privateKey: string
}

/** A client secret of Apple: a JWT that the team signs (ES256, RFC 7518 §3.4). */
export function appleSecret({ clientId, keyId, privateKey, teamId }: AppleClient, now: Date): string {
  const iat = Math.floor(now.getTime() / 1_000)
  const header = { alg: 'ES256', kid: keyId }
  const claims = {
    iss: teamId,
    iat,
    exp: iat + appleSecretSeconds,
    aud: 'https://appleid.apple.com',
    sub: clientId,
  }
  const input = [header, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
}
