import type { EmailRule, GivenProvider, PresetName, Provider } from './model.ts'

/** What is known of a provider without its client. */
export type Preset = Pick<Provider, 'name' | 'kind' | 'scopes' | 'responseMode' | 'emails'> & {
  readonly issuer: (given: GivenProvider) => string
}

const openid = ['openid', 'email', 'profile'] as const
/** The API says of each address whether it is verified, or the token does (`email_verified`). */
const anyDomain: EmailRule = { by: 'domains', domains: null }

export const presets: Readonly<Record<PresetName, Preset>> = {
  google: {
    name: 'Google',
    kind: 'oidc',
    issuer: () => 'https://accounts.google.com',
    scopes: openid,
    responseMode: 'query',
    emails: { by: 'google' },
  },
  microsoft: {
    name: 'Microsoft',
    kind: 'oidc',
    issuer: ({ tenant = 'common' }) => `https://login.microsoftonline.com/${tenant}/v2.0`,
    scopes: openid,
    responseMode: 'query',
    emails: { by: 'microsoft' },
  },
  gitlab: {
    name: 'GitLab',
    kind: 'oidc',
    issuer: ({ base_url: url = 'https://gitlab.com' }) => url,
    scopes: openid,
    responseMode: 'query',
    emails: anyDomain,
  },
  // Apple sends the answer by a form if it is asked for a name or an address.
  apple: {
    name: 'Apple',
    kind: 'oidc',
    issuer: () => 'https://appleid.apple.com',
    scopes: ['openid', 'email'],
    responseMode: 'form_post',
    emails: anyDomain,
  },
  github: {
    name: 'GitHub',
    kind: 'github',
    issuer: ({ base_url: url = 'https://github.com' }) => url,
    scopes: ['read:user', 'user:email'],
    responseMode: 'query',
    emails: anyDomain,
  },
  // Its API does not say whether anyone has verified the address.
  facebook: {
    name: 'Facebook',
    kind: 'facebook',
    issuer: () => 'https://www.facebook.com',
    scopes: ['public_profile', 'email'],
    responseMode: 'query',
    emails: { by: 'nobody' },
  },
}
