import type { CreateClientBody } from '@proxima/client'

export type ClientKind = 'service' | 'website' | 'page' | 'native'

/** What a new client can be, in the words of its developer. */
export const clientKinds: readonly { readonly value: ClientKind; readonly text: string }[] = [
  { value: 'service', text: 'A program that calls for itself' },
  { value: 'website', text: 'A website with a server' },
  { value: 'page', text: 'A page that runs in the browser' },
  { value: 'native', text: 'An app on a phone or a computer' },
]

const peopleSignIn = { grant_types: ['authorization_code', 'refresh_token'] } as const

/** How each kind gets tokens. Only a server can keep a secret. */
export function fieldsOfKind(kind: ClientKind): Partial<CreateClientBody> {
  const grants = [...peopleSignIn.grant_types]
  if (kind === 'service') return {}
  if (kind === 'website') return { grant_types: grants }
  return {
    grant_types: grants,
    token_endpoint_auth_method: 'none',
    application_type: kind === 'native' ? 'native' : 'web',
  }
}

/** True if people sign in to the client with OpenID Connect. */
export function signsPeopleIn({ grant_types: grants }: { readonly grant_types: readonly string[] }): boolean {
  return grants.includes('authorization_code') || grants.some((grant) => grant.endsWith(':device_code'))
}
