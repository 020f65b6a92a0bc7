import { passwordLength } from '../factor-parsers.ts'
import { integer } from '../parsers.ts'
import { pepper } from '../secret-parser.ts'
import { setting } from '../setting.ts'
import { passwordChecker } from '../url-parsers.ts'

export const passwords = {
  passwordLengthMin: setting({
    name: 'PROXIMA_PASSWORD_LENGTH_MIN',
    parser: passwordLength(),
    default: '8',
    description:
      'The minimum length of a new password, in characters. `nist` means 8 if `PROXIMA_SECOND_FACTOR` is `required`, and 15 otherwise.',
    reason: 'NIST SP 800-63B-4 §3.1.1.2 requires 8 with a second factor, and 15 without one.',
  }),
  passwordMemoryKib: setting({
    name: 'PROXIMA_PASSWORD_MEMORY_KIB',
    // Argon2 needs 8 KiB for each lane (RFC 9106 §3.1), and PROXIMA_PASSWORD_PARALLELISM allows 16.
    parser: integer(128, 1_048_576),
    default: '19456',
    description:
      'The memory that one password hash takes (argon2id), in KiB. Production accepts no less than 19456. With 128, ' +
      'hashes are worthless to defend passwords, and the tests of your application create accounts fast.',
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
  importedPepper: setting({
    name: 'PROXIMA_IMPORTED_PEPPER',
    parser: pepper(),
    default: null,
    fallback: 'none',
    description:
      'What another system appended to every password before it hashed it, such as `config.pepper` of Devise. ' +
      'Passwords whose hashes were imported as peppered need it until their owners have signed in once.',
    reason:
      'A pepper protects hashes only while it is not stored beside them (OWASP Password Storage Cheat Sheet), so it is ' +
      'not in the database.',
    secret: true,
  }),
  verifyPasswordsWith: setting({
    name: 'PROXIMA_VERIFY_PASSWORDS_WITH',
    parser: passwordChecker(),
    default: null,
    fallback: 'none',
    description:
      'The address of the system that you move away from, for accounts whose hashes could not be imported. The server ' +
      'sends `{"identifier", "password"}` there at the first sign-in, and keeps a hash of its own if the answer is ' +
      '200. See [live migration](guides/moving-in/passwords.md).',
    reason:
      'Without it, every owner of such an account would need a new password. The server follows no redirect, and it ' +
      'accepts no password while that system does not answer.',
  }),
  verifyPasswordsTimeoutMs: setting({
    name: 'PROXIMA_VERIFY_PASSWORDS_TIMEOUT_MS',
    parser: integer(100, 10_000),
    default: '1500',
    description:
      'How long the server waits for each answer of `PROXIMA_VERIFY_PASSWORDS_WITH`, in milliseconds.',
    reason:
      'While that setting is on, every refused password is answered after twice this time, so that the time does not ' +
      'show which accounts have moved and which exist.',
  }),
  passwordQueueDepth: setting({
    name: 'PROXIMA_PASSWORD_QUEUE_DEPTH',
    parser: integer(1, 10_000),
    default: '256',
    description:
      'How many passwords may wait to be hashed. At most half of them may come from one address, and at most half from one network (IPv4 /24, IPv6 /48). When the queue is ' +
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
