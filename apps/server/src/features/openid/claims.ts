/** The claims of each scope (OpenID Connect Core §5.4), as far as Proxima knows them. */
export const claimsByScope = {
  openid: ['sub', 'auth_time', 'acr', 'amr'],
  profile: ['name', 'given_name', 'family_name', 'preferred_username', 'picture', 'locale', 'updated_at'],
  email: ['email', 'email_verified'],
  phone: ['phone_number', 'phone_number_verified'],
  address: ['address'],
  roles: ['roles'],
} satisfies Readonly<Record<string, string[]>>

/** What is known about a person, by the names of OpenID Connect Core §5.1. A claim that is not known is left out. */
export interface PersonClaims {
  readonly name?: string
  readonly given_name?: string
  readonly family_name?: string
  readonly preferred_username?: string
  readonly picture?: string
  readonly locale?: string
  /** In seconds since 1970. */
  readonly updated_at: number
  readonly email?: string
  readonly email_verified?: boolean
  readonly phone_number?: string
  readonly phone_number_verified?: boolean
  readonly address?: { readonly formatted: string }
  readonly roles: readonly string[]
}

/** Someone who may sign in. */
export interface Person {
  /** Read when an application asks: most requests need only to know who it is. */
  claims(): Promise<PersonClaims>
}
