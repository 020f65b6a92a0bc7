import { choice } from '../parsers.ts'
import { setting } from '../setting.ts'
import { domain, origins } from '../url-parsers.ts'

export const passkeys = {
  passkeyDomain: setting({
    name: 'PROXIMA_PASSKEY_DOMAIN',
    parser: domain(),
    default: null,
    fallback: 'the host of the public URL',
    description:
      'The domain that passkeys belong to (the relying party ID of WebAuthn): the host of the public URL, or a parent domain of it.',
    reason:
      'A passkey works only for the domain that it was made for. After a change, no passkey works any longer. With a parent domain, every site below it can ask for the passkeys.',
  }),
  passkeyOrigins: setting({
    name: 'PROXIMA_PASSKEY_ORIGINS',
    parser: origins(),
    default: null,
    fallback: 'none',
    description:
      'Origins other than the public URL whose pages may use the same passkeys. For an origin outside of the passkey domain, browsers look for a list at `/.well-known/webauthn` of that domain, which this server serves.',
    reason:
      'Each of them can ask for the passkeys of your users, so list only sites of yours. Browsers accept related origins of five different names at most.',
  }),
  passkeyAttestation: setting({
    name: 'PROXIMA_PASSKEY_ATTESTATION',
    parser: choice('none', 'indirect', 'direct', 'enterprise'),
    default: 'none',
    description:
      'Whether the server asks an authenticator to state its model (attestation). It verifies the signature of the statement, and trusts no particular vendor.',
    reason:
      'With `none`, browsers ask no question about privacy, and every authenticator works (WebAuthn Level 3 §14.4.1).',
  }),
}
