import { wordsOf } from '../kit/words.ts'

const grants: Readonly<Record<string, string>> = {
  authorization_code: 'Signs people in with their account',
  'urn:ietf:params:oauth:grant-type:device_code': 'Signs people in on another device',
  'urn:ietf:params:oauth:grant-type:token-exchange': 'Exchanges tokens that it was sent',
  client_credentials: 'Calls for itself',
  password: 'Signs people in with their password',
  refresh_token: 'Renews their tokens',
}

/** What a grant of OAuth is for. A grant that this version does not know is shown by its name. */
export function grantText(grant: string): string {
  return grants[grant] ?? wordsOf(grant)
}

const methods: Readonly<Record<string, string>> = {
  client_secret_basic: 'With a secret',
  client_secret_post: 'With a secret',
  private_key_jwt: 'With a signed assertion',
  none: 'Not at all',
}

/** How a client proves who it is. */
export function proofText(method: string): string {
  return methods[method] ?? wordsOf(method)
}
