import { createHmac } from 'node:crypto'
import type { ServerMetadata } from 'openid-client'
import type { Provider } from '../../../../platform/config/providers/model.ts'
import type { EmailClaims } from './emails.ts'

/** What a provider says of someone. The names are those of the claims of OpenID Connect. */
export interface Claims extends EmailClaims {
  readonly sub?: unknown
  readonly name?: unknown
  readonly given_name?: unknown
  readonly family_name?: unknown
  readonly preferred_username?: unknown
}

/** Reads a document of the API with the access token. */
export type ReadApi = (address: string) => Promise<unknown>

/** A provider that speaks OAuth 2.0 without OpenID Connect. It has no metadata and no identity tokens. */
export interface OAuthApi {
  metadata(provider: Provider): ServerMetadata
  claims(provider: Provider, read: ReadApi, accessToken: string): Promise<Claims>
}

const graphVersion = 'v23.0'

const github: OAuthApi = {
  metadata: ({ issuer }) => ({
    issuer,
    authorization_endpoint: `${issuer}/login/oauth/authorize`,
    token_endpoint: `${issuer}/login/oauth/access_token`,
    token_endpoint_auth_methods_supported: ['client_secret_post'],
  }),
  async claims({ issuer }, read) {
    const api = issuer === 'https://github.com' ? 'https://api.github.com' : `${issuer}/api/v3`
    const user = membersOf(await read(`${api}/user`))
    const addresses = await read(`${api}/user/emails`)
    const list = Array.isArray(addresses) ? addresses.map(membersOf) : []
    const primary = list.find((each) => each['primary'] === true)
    return {
      // The number, and not the name: a name can be given up, and then belongs to someone else.
      sub: numberOf(user['id']),
      name: user['name'],
      preferred_username: user['login'],
      email: primary?.['email'],
      email_verified: primary?.['verified'],
    }
  },
}

const facebook: OAuthApi = {
  metadata: ({ issuer }) => ({
    issuer,
    authorization_endpoint: `${issuer}/${graphVersion}/dialog/oauth`,
    token_endpoint: `https://graph.facebook.com/${graphVersion}/oauth/access_token`,
    token_endpoint_auth_methods_supported: ['client_secret_post'],
  }),
  async claims({ secret }, read, accessToken) {
    const query = new URLSearchParams({ fields: 'id,name,first_name,last_name,email' })
    // Proves that the token is used by the app for which it was made.
    if (secret.kind === 'text')
      query.set('appsecret_proof', createHmac('sha256', secret.text).update(accessToken).digest('hex'))
    const user = membersOf(await read(`https://graph.facebook.com/${graphVersion}/me?${query.toString()}`))
    return {
      sub: user['id'],
      name: user['name'],
      given_name: user['first_name'],
      family_name: user['last_name'],
      email: user['email'],
    }
  },
}

export const oauthApis: Readonly<Record<Exclude<Provider['kind'], 'oidc'>, OAuthApi>> = { github, facebook }

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function numberOf(id: unknown): string | undefined {
  return typeof id === 'number' && Number.isSafeInteger(id) ? String(id) : undefined
}
