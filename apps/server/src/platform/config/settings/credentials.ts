import { integer, word } from '../parsers.ts'
import { masterSecret, previousSecrets } from '../secret-parser.ts'
import { setting } from '../setting.ts'

export const credentials = {
  secret: setting({
    name: 'PROXIMA_SECRET',
    parser: masterSecret(),
    default: null,
    fallback: 'the file `secret` in the data folder, made at the first start; production needs the setting',
    description:
      'The master secret, from which every key of the server is derived. Make one with ' +
      '`openssl rand -base64 48`. All servers on one database need the same.',
    reason:
      'Whoever has it can sign as anybody, and without it nothing that was sealed can be opened: keep it out ' +
      "of the code and of the database's backups, and keep a copy.",
    secret: true,
  }),
  secretPrevious: setting({
    name: 'PROXIMA_SECRET_PREVIOUS',
    parser: previousSecrets(),
    default: null,
    fallback: 'none',
    description:
      'Other master secrets, which only open what they sealed: the last one while the master secret is rotated, ' +
      'until `proxima secret rotate` says that it may go.',
    reason:
      'A server that opens with both secrets runs on while everything is sealed anew. A line each, since a secret ' +
      'may hold any other character.',
    secret: true,
  }),
  audience: setting({
    name: 'PROXIMA_AUDIENCE',
    parser: word(255),
    default: null,
    fallback: 'the public URL',
    description: 'The `aud` of access tokens, which services that take them compare.',
    reason: 'A token for one set of services must not be good for another (RFC 9068 §4).',
  }),
  accessTokenTtlSeconds: setting({
    name: 'PROXIMA_ACCESS_TOKEN_TTL_SECONDS',
    parser: integer(1, 86_400),
    default: '900',
    description: 'The life of an access token, in seconds.',
    reason:
      'A service that checks tokens by itself and does not listen for revocations honours a revoked one ' +
      'until it expires. Short lives cost a sign-in or a refresh each; below a minute, differences between ' +
      'clocks begin to matter.',
  }),
  sessionTtlSeconds: setting({
    name: 'PROXIMA_SESSION_TTL_SECONDS',
    parser: integer(300, 34_560_000),
    default: '2592000',
    description: 'The life of a session from sign-in to its end, in seconds, however much it is used.',
    reason:
      '30 days is the longest that NIST SP 800-63B-4 §2.1.3 recommends without signing in anew. 400 days is ' +
      'the longest that browsers keep a cookie. No session may be shorter than its access tokens.',
  }),
  sessionIdleSeconds: setting({
    name: 'PROXIMA_SESSION_IDLE_SECONDS',
    parser: integer(300, 34_560_000),
    default: '1209600',
    description:
      'How long a session may go unused, in seconds, before it is over. Use is noted once a minute.',
    reason:
      'Two weeks keep a regular visitor signed in and end what was forgotten on a borrowed machine. Where people ' +
      'handle what is sensitive, NIST SP 800-63B-4 §2.2.3 recommends an hour.',
  }),
  refreshGraceSeconds: setting({
    name: 'PROXIMA_REFRESH_GRACE_SECONDS',
    parser: integer(0, 300),
    default: '10',
    description:
      'How long a refresh token that was just replaced is answered with the same successor, in seconds. Later it ends ' +
      'the session.',
    reason:
      'A lost answer, or two tabs at once, must not sign anybody out. Every second more is one in which a stolen ' +
      'token goes unnoticed (RFC 9700 §4.14.2).',
  }),
  freshSessionSeconds: setting({
    name: 'PROXIMA_FRESH_SESSION_SECONDS',
    parser: integer(1, 86_400),
    default: '600',
    description:
      'How long after signing in a session is proof enough for what else asks for the password, in seconds. ' +
      'Refreshing a session does not make it fresher.',
    reason:
      'Who finds a machine unlocked must not be able to take the account over (ASVS 7.5.1). Ten minutes let ' +
      'somebody who has just signed in do what they came for.',
  }),
}

export const passwords = {
  passwordLengthMin: setting({
    name: 'PROXIMA_PASSWORD_LENGTH_MIN',
    parser: integer(8, 64),
    default: '8',
    description: 'The fewest characters of a new password.',
    reason: 'NIST SP 800-63B-4 §3.1.1.2 asks for 8 beside a second factor, and for 15 where there is none.',
  }),
  passwordMemoryKib: setting({
    name: 'PROXIMA_PASSWORD_MEMORY_KIB',
    parser: integer(19_456, 1_048_576),
    default: '19456',
    description: 'The memory that hashing one password takes (argon2id), in KiB.',
    reason: 'OWASP names 19 MiB with two iterations as the least. More costs an attacker more, and us too.',
  }),
  passwordIterations: setting({
    name: 'PROXIMA_PASSWORD_ITERATIONS',
    parser: integer(2, 20),
    default: '2',
    description: 'How many times hashing a password goes over that memory (argon2id).',
    reason: 'Two is what OWASP names as the least for 19 MiB.',
  }),
  passwordParallelism: setting({
    name: 'PROXIMA_PASSWORD_PARALLELISM',
    parser: integer(1, 16),
    default: '1',
    description: 'The lanes of one hash (argon2id).',
    reason: 'A server that hashes for many people at once fills its processors with one lane each.',
  }),
  passwordQueueDepth: setting({
    name: 'PROXIMA_PASSWORD_QUEUE_DEPTH',
    parser: integer(1, 10_000),
    default: '256',
    description:
      'How many passwords may wait to be hashed, half of them from one address. Past that the answer is 503 at ' +
      'once. Fewer may wait where they would not be hashed within PROXIMA_PASSWORD_QUEUE_WAIT_MS.',
    reason: 'A queue without an end turns a flood of sign-ins into a server that answers nobody in time.',
  }),
  passwordQueueWaitMs: setting({
    name: 'PROXIMA_PASSWORD_QUEUE_WAIT_MS',
    parser: integer(50, 30_000),
    default: '800',
    description:
      'How long a password may wait to be hashed, in milliseconds. Who would wait longer gets 503 at once.',
    reason:
      'So a sign-in that is let in is answered within a second, and nobody waits for a refusal. More rides out ' +
      'larger bursts and makes people wait for it.',
  }),
}
