import { integer, word } from '../parsers.ts'
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
    parser: integer(1, 86_400),
    default: '900',
    description: 'The lifetime of an access token, in seconds.',
    reason:
      'A service that verifies tokens offline, and does not follow revocations, accepts a revoked token until it ' +
      'expires. A shorter lifetime causes more refreshes. Below a minute, clock differences begin to matter.',
  }),
  sessionTtlSeconds: setting({
    name: 'PROXIMA_SESSION_TTL_SECONDS',
    parser: integer(300, 34_560_000),
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
    parser: integer(300, 34_560_000),
    default: '1209600',
    description:
      'How long a session may stay unused before it ends, in seconds. The server records use once a minute.',
    reason:
      'Two weeks keep a regular visitor signed in, and end a session that was forgotten on a borrowed ' +
      'machine. For sensitive data, NIST SP 800-63B-4 §2.2.3 recommends an hour.',
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

export const passwords = {
  passwordLengthMin: setting({
    name: 'PROXIMA_PASSWORD_LENGTH_MIN',
    parser: integer(8, 64),
    default: '8',
    description: 'The minimum length of a new password, in characters.',
    reason: 'NIST SP 800-63B-4 §3.1.1.2 requires 8 with a second factor, and 15 without one.',
  }),
  passwordMemoryKib: setting({
    name: 'PROXIMA_PASSWORD_MEMORY_KIB',
    parser: integer(19_456, 1_048_576),
    default: '19456',
    description: 'The memory that one password hash takes (argon2id), in KiB.',
    reason:
      '19 MiB with two iterations is the minimum that OWASP recommends. More memory makes each hash more ' +
      'expensive, for attackers and for the server.',
  }),
  passwordIterations: setting({
    name: 'PROXIMA_PASSWORD_ITERATIONS',
    parser: integer(2, 20),
    default: '2',
    description: 'How many times a password hash passes over its memory (argon2id).',
    reason: 'Two is the minimum that OWASP recommends for 19 MiB.',
  }),
  passwordParallelism: setting({
    name: 'PROXIMA_PASSWORD_PARALLELISM',
    parser: integer(1, 16),
    default: '1',
    description: 'The number of parallel lanes in one password hash (argon2id).',
    reason: 'A server that hashes several passwords at once uses all its cores with one lane each.',
  }),
  passwordQueueDepth: setting({
    name: 'PROXIMA_PASSWORD_QUEUE_DEPTH',
    parser: integer(1, 10_000),
    default: '256',
    description:
      'How many passwords may wait to be hashed. At most half of them may come from one address. When the queue is ' +
      'full, the server answers 503 at once. It accepts fewer passwords if it could not hash them within ' +
      '`PROXIMA_PASSWORD_QUEUE_WAIT_MS`.',
    reason: 'With an unlimited queue, a flood of sign-ins would delay every response.',
  }),
  passwordQueueWaitMs: setting({
    name: 'PROXIMA_PASSWORD_QUEUE_WAIT_MS',
    parser: integer(50, 30_000),
    default: '800',
    description:
      'How long a password may wait to be hashed, in milliseconds. If the wait would be longer, the ' +
      'server answers 503 at once.',
    reason:
      'An accepted sign-in gets its response within a second, and no one waits for a refusal. A higher ' +
      'value absorbs larger bursts, but people wait longer.',
  }),
}
