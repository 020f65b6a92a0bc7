/** How the server proves to a provider that it is the client. */
export type ProviderSecret =
  | { readonly kind: 'text'; readonly text: string }
  /** Apple: a JWT that the server signs each time. */
  | { readonly kind: 'apple'; readonly teamId: string; readonly keyId: string; readonly privateKey: string }

/**
 * For which addresses the word of a provider counts. `domains`: those of these domains, or of any if it is null. The other
 * two have rules of their own.
 */
export type EmailRule =
  | { readonly by: 'domains'; readonly domains: readonly string[] | null }
  | { readonly by: 'google' }
  | { readonly by: 'microsoft' }
  | { readonly by: 'nobody' }

/** Another service with whose accounts people sign in here. */
export interface Provider {
  /** Part of an address: `/sign-in/with/{id}`. */
  readonly id: string
  /** What people call it. */
  readonly name: string
  /** `oidc`: OpenID Connect. The others are OAuth 2.0 with an API of their own. */
  readonly kind: 'oidc' | 'github' | 'facebook'
  /** Under this name its subjects are stored. An issuer of OpenID Connect says it of itself. */
  readonly issuer: string
  readonly clientId: string
  readonly secret: ProviderSecret
  readonly scopes: readonly string[]
  readonly responseMode: 'query' | 'form_post'
  readonly emails: EmailRule
}

/** A provider as the operator has given it. A secret may be in a file of its own. */
export interface GivenProvider {
  readonly preset?: PresetName
  readonly id?: string
  readonly name?: string
  readonly issuer?: string
  readonly base_url?: string
  readonly tenant?: string
  readonly client_id?: string
  readonly client_secret?: string
  readonly client_secret_file?: string
  readonly team_id?: string
  readonly key_id?: string
  readonly private_key?: string
  readonly private_key_file?: string
  readonly scopes?: readonly string[]
  readonly response_mode?: 'query' | 'form_post'
  readonly email_domains?: readonly string[]
}

export const presetNames = ['google', 'microsoft', 'gitlab', 'apple', 'github', 'facebook'] as const
export type PresetName = (typeof presetNames)[number]
