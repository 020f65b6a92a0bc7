import { accessTokenTtlSecondsMax, apiKeyDaysMax, sessionTtlSecondsMax } from '../../kernel/lifetimes.ts'
import { choices, clientIds, integer, onOff, word } from '../parsers.ts'
import { masterSecret, previousSecrets } from '../secret-parser.ts'
import { setting } from '../setting.ts'

export const credentials = {
  secret: setting({
    name: 'PROXIMA_SECRET',
    parser: masterSecret(),
    default: null,
    fallback:
      'the file `secret` in the data folder, created at the first start; production requires the ' +
      'setting',
    description:
      'The master secret, from which the server derives every key. Create one with `openssl rand ' +
      '-base64 48`. All servers on one database need the same secret.',
    reason:
      'Anyone who has it can sign as anyone, and without it the server cannot open sealed data. Keep it out of the ' +
      'code and out of database backups, and keep a copy.',
    secret: true,
  }),
  secretPrevious: setting({
    name: 'PROXIMA_SECRET_PREVIOUS',
    parser: previousSecrets(),
    default: null,
    fallback: 'none',
    description:
      'Other master secrets, with which the server can only open data that they sealed. During a rotation, this is ' +
      'the previous secret, until `proxima secret rotate` says that you can remove it.',
    reason:
      'A server that has both secrets keeps running while the rotation seals all data again. Each secret is on its ' +
      'own line, because it may contain any other character.',
    secret: true,
  }),
  audience: setting({
    name: 'PROXIMA_AUDIENCE',
    parser: word(255),
    default: null,
    fallback: 'the public URL',
    description: 'The `aud` claim of access tokens. Services that accept the tokens check it.',
    reason: 'A token for one set of services must not be valid for another (RFC 9068 §4).',
  }),
  accessTokenTtlSeconds: setting({
    name: 'PROXIMA_ACCESS_TOKEN_TTL_SECONDS',
    parser: integer(1, accessTokenTtlSecondsMax),
    default: '900',
    description: 'The lifetime of an access token, in seconds.',
    reason:
      'A service that verifies tokens offline, and does not follow revocations, accepts a revoked token until it ' +
      'expires. A shorter lifetime causes more refreshes. Below a minute, clock differences begin to matter.',
  }),
  passwordClients: setting({
    name: 'PROXIMA_PASSWORD_CLIENTS',
    parser: clientIds(),
    default: 'none',
    description:
      'The OAuth clients that may send the passwords of people to `/oauth/token` (`grant_type=password`): their ids, ' +
      'separated by commas. `proxima` stands for your own programs that send no client id. With `none`, the server ' +
      'does not offer this.',
    reason:
      'OAuth has given this grant up (RFC 9700 §2.4): a program that people give their password to can do everything ' +
      'as them. List only your own old programs, until they call `POST /v1/auth/login`.',
  }),
  signInByCode: setting({
    name: 'PROXIMA_SIGN_IN_BY_CODE',
    parser: choices('email', 'phone_number'),
    default: 'email,phone_number',
    description:
      'The confirmed contacts to which the server sends codes that sign in without a password. With `none`, it sends ' +
      'none. An account that also has a confirmed email address gets no code by text message, unless ' +
      '`PROXIMA_RECOVERY_BY_OTHER_CONTACT_HOURS` is 0. See [signing in with a code](guides/sign-in-by-code.md).',
    reason:
      'Someone who reads the mail of an account can also recover it, so a code by mail adds no new way in. Set it to `none` if ' +
      'you have turned off recovery by contact.',
  }),
  sessionTtlSeconds: setting({
    name: 'PROXIMA_SESSION_TTL_SECONDS',
    parser: integer(300, sessionTtlSecondsMax),
    default: '2592000',
    description:
      'The maximum lifetime of a session after sign-in, in seconds, no matter how often it is used.',
    reason:
      '30 days is the longest that NIST SP 800-63B-4 §2.1.3 recommends before a new sign-in. 400 days ' +
      'is the longest that browsers keep a cookie. A session must last at least as long as its access ' +
      'tokens.',
  }),
  sessionIdleSeconds: setting({
    name: 'PROXIMA_SESSION_IDLE_SECONDS',
    parser: integer(300, sessionTtlSecondsMax),
    default: '1209600',
    description:
      'How long a session may stay unused before it ends, in seconds. The server records use once a minute.',
    reason:
      'Two weeks keep a regular visitor signed in, and end a session that was forgotten on a borrowed ' +
      'machine. For sensitive data, NIST SP 800-63B-4 §2.2.3 recommends an hour.',
  }),
  sessionsPerAccountMax: setting({
    name: 'PROXIMA_SESSIONS_PER_ACCOUNT_MAX',
    parser: integer(1, 10_000),
    default: '100',
    description:
      'The maximum number of sessions of one account. When a sign-in exceeds it, the session that was used least ' +
      'recently ends.',
    reason:
      'Each sign-in starts a session, and a script that never signs out could fill the table. No person has a hundred ' +
      'devices.',
  }),
  refreshGraceSeconds: setting({
    name: 'PROXIMA_REFRESH_GRACE_SECONDS',
    parser: integer(0, 300),
    default: '10',
    description:
      'How long a replaced refresh token still returns the same successor, in seconds. If it is used after that, ' +
      'the session ends.',
    reason:
      'A lost response, or two tabs that refresh at once, must not sign anyone out. During this time, the server ' +
      'does not notice a stolen token (RFC 9700 §4.14.2).',
  }),
  apiKeyDays: setting({
    name: 'PROXIMA_API_KEY_DAYS',
    parser: integer(1, apiKeyDaysMax),
    default: '90',
    description:
      'How long an API key works, in days, if its maker does not say. At most `PROXIMA_API_KEY_DAYS_MAX`. See ' +
      '[API keys](guides/api-keys.md).',
    reason:
      'Keys are forgotten in files and copied into backups. One that ends by itself limits what its finder can do. ' +
      'Three months leave time to plan a rotation.',
  }),
  apiKeyDaysMax: setting({
    name: 'PROXIMA_API_KEY_DAYS_MAX',
    parser: integer(1, apiKeyDaysMax),
    default: '366',
    description: 'The longest time for which anyone can make an API key, in days.',
    reason: 'A year lets people rotate a key once a year. Every key must have an end.',
  }),
  impersonationSeconds: setting({
    name: 'PROXIMA_IMPERSONATION_SECONDS',
    parser: integer(60, 3_600),
    default: '900',
    description:
      'How long an administrator may see the account of someone else as its owner does, in seconds. See ' +
      '[administration](guides/administration.md#seeing-an-account-as-its-owner).',
    reason:
      'Long enough to understand a problem. An administrator who forgets to stop has stopped after a quarter of an hour.',
  }),
  impersonationNotice: setting({
    name: 'PROXIMA_IMPERSONATION_NOTICE',
    parser: onOff(),
    default: 'on',
    description: 'Whether the owner is notified when an administrator sees their account as they do.',
    reason:
      'Owners should learn who looks at their data. Turn it off only if something else notifies them, such as the ticket ' +
      'in which they asked for help.',
  }),
  freshSessionSeconds: setting({
    name: 'PROXIMA_FRESH_SESSION_SECONDS',
    parser: integer(1, 86_400),
    default: '600',
    description:
      'How long after sign-in a session counts as fresh, in seconds. Sensitive calls accept a fresh ' +
      'session instead of the password. A refresh does not make a session fresh.',
    reason:
      'Someone who finds an unlocked machine must not be able to take over the account (ASVS 7.5.1). ' +
      'Ten minutes let people finish what they signed in for.',
  }),
}
