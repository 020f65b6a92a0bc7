import { networks } from '../network-parser.ts'
import { text, word } from '../parsers.ts'
import { providerList } from '../providers/list-parser.ts'
import { clientSecret, issuer, privateKey } from '../providers/parsers.ts'
import { setting } from '../setting.ts'

const guide = 'See [sign-in with other providers](guides/federation.md).'
const off = 'none: people cannot sign in with it'
const withClient =
  'A provider only answers to a client that its operator has registered. The button is there as soon as the client is set.'
const secretReason = 'With it, someone else could exchange the codes that the provider gives to this server.'

const client = { parser: word(500), default: null, fallback: off, reason: withClient } as const
const secret = {
  parser: clientSecret(),
  default: null,
  fallback: 'none',
  reason: secretReason,
  secret: true,
} as const

export const federation = {
  googleClientId: setting({
    ...client,
    name: 'PROXIMA_GOOGLE_CLIENT_ID',
    description: `The id of this server's client at Google. ${guide}`,
  }),
  googleClientSecret: setting({
    ...secret,
    name: 'PROXIMA_GOOGLE_CLIENT_SECRET',
    description: 'The secret of the client at Google.',
  }),
  microsoftClientId: setting({
    ...client,
    name: 'PROXIMA_MICROSOFT_CLIENT_ID',
    description: `The id of this server's client at Microsoft Entra. ${guide}`,
  }),
  microsoftClientSecret: setting({
    ...secret,
    name: 'PROXIMA_MICROSOFT_CLIENT_SECRET',
    description: 'The secret of the client at Microsoft Entra.',
  }),
  microsoftTenant: setting({
    name: 'PROXIMA_MICROSOFT_TENANT',
    parser: word(100),
    default: 'common',
    description:
      'Whose Microsoft accounts can sign in: the id of one organisation, `organizations` for all of them, `consumers` for private accounts, or `common` for both.',
    reason:
      'A service for the public is open to every account. Set the id for a service of one organisation.',
  }),
  gitlabClientId: setting({
    ...client,
    name: 'PROXIMA_GITLAB_CLIENT_ID',
    description: `The id of this server's application at gitlab.com. ${guide}`,
  }),
  gitlabClientSecret: setting({
    ...secret,
    name: 'PROXIMA_GITLAB_CLIENT_SECRET',
    description: 'The secret of the application at gitlab.com.',
  }),
  githubClientId: setting({
    ...client,
    name: 'PROXIMA_GITHUB_CLIENT_ID',
    description: `The id of this server's OAuth app at GitHub. ${guide}`,
  }),
  githubClientSecret: setting({
    ...secret,
    name: 'PROXIMA_GITHUB_CLIENT_SECRET',
    description: 'The secret of the OAuth app at GitHub.',
  }),
  facebookClientId: setting({
    ...client,
    name: 'PROXIMA_FACEBOOK_CLIENT_ID',
    description: `The id of this server's app at Facebook. ${guide}`,
  }),
  facebookClientSecret: setting({
    ...secret,
    name: 'PROXIMA_FACEBOOK_CLIENT_SECRET',
    description: 'The secret of the app at Facebook.',
  }),
  appleClientId: setting({
    ...client,
    name: 'PROXIMA_APPLE_CLIENT_ID',
    description: `The services id of this server at Apple. ${guide}`,
  }),
  appleTeamId: setting({
    ...client,
    name: 'PROXIMA_APPLE_TEAM_ID',
    fallback: 'none',
    description: 'The id of your team at Apple.',
    reason: 'Apple has no client secrets. The server signs one for each request, in the name of the team.',
  }),
  appleKeyId: setting({
    ...client,
    name: 'PROXIMA_APPLE_KEY_ID',
    fallback: 'none',
    description: 'The id of the private key at Apple.',
    reason: 'Apple knows by it which key has signed.',
  }),
  applePrivateKey: setting({
    ...secret,
    name: 'PROXIMA_APPLE_PRIVATE_KEY',
    parser: privateKey(),
    description: 'The private key from Apple: the text of the file `AuthKey_….p8`.',
  }),
  oidcIssuer: setting({
    name: 'PROXIMA_OIDC_ISSUER',
    parser: issuer(),
    default: null,
    fallback: off,
    description: `The issuer of one more provider that speaks OpenID Connect, such as that of your organisation. ${guide}`,
    reason:
      'The server reads everything else from its metadata, and accepts only identity tokens of this very issuer.',
  }),
  oidcName: setting({
    name: 'PROXIMA_OIDC_NAME',
    parser: text(40),
    default: null,
    fallback: 'the host of the issuer',
    description: 'What people call this provider. It is on its button.',
    reason: 'People know the name of their organisation, and not the host of its issuer.',
  }),
  oidcClientId: setting({
    ...client,
    name: 'PROXIMA_OIDC_CLIENT_ID',
    description: "The id of this server's client at this provider.",
  }),
  oidcClientSecret: setting({
    ...secret,
    name: 'PROXIMA_OIDC_CLIENT_SECRET',
    description: 'The secret of the client at this provider.',
  }),
  providers: setting({
    name: 'PROXIMA_PROVIDERS',
    parser: providerList(),
    default: null,
    fallback: 'none',
    description: `More providers, as a JSON list; \`PROXIMA_PROVIDERS_FILE\` names a file with it. ${guide}`,
    reason: 'One setting for each field of each provider would be too many.',
    secret: true,
  }),
  providerAllowedNetworks: setting({
    name: 'PROXIMA_PROVIDER_ALLOWED_NETWORKS',
    parser: networks(),
    default: null,
    fallback: 'only addresses of the public internet; in development, also programs on this machine',
    description:
      'The networks in which the server may call providers, besides the public internet. Set it for a provider in your own network.',
    reason:
      'The metadata of a provider names the addresses that the server calls. A provider must not have it call machines that only this server can reach.',
  }),
}
