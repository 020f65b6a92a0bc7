import { choice, choices, integer, onOff, region } from '../parsers.ts'
import { setting } from '../setting.ts'

export const accounts = {
  registration: setting({
    name: 'PROXIMA_REGISTRATION',
    parser: choice('open', 'closed'),
    default: 'open',
    description:
      'Whether people can register. With `closed`, administrators and the command line still add users.',
    reason: 'A service for the public is the common case.',
  }),
  availability: setting({
    name: 'PROXIMA_AVAILABILITY',
    parser: choices('username', 'email', 'phone_number'),
    default: 'username,email,phone_number',
    description: 'The identifiers for which the availability check tells whether they are taken.',
    reason:
      'Forms want to tell it while a person types. It also tells who has an account, so it is strictly ' +
      'limited; leave out `email` and `phone_number` where having an account is itself private.',
  }),
  privacy: setting({
    name: 'PROXIMA_PRIVACY',
    parser: choice('standard', 'strict'),
    default: 'standard',
    description:
      'With `strict`, neither register nor the availability check tells whether an email or phone number has an ' +
      'account: register answers the same, and the address is told by a message. See ' +
      '[messages and strict privacy](guides/mail.md).',
    reason: 'Strict registration cannot answer with the new user, which most applications expect.',
  }),
  defaultRegion: setting({
    name: 'PROXIMA_DEFAULT_REGION',
    parser: region(),
    default: null,
    fallback: 'none',
    description: 'The country of phone numbers in national form, such as `0712345678`.',
    reason:
      "A guessed country would turn a number into somebody else's; without it such numbers are refused.",
  }),
  usernameRestDays: setting({
    name: 'PROXIMA_USERNAME_REST_DAYS',
    parser: integer(0, 3_650),
    default: '90',
    description:
      'How long a username that somebody has given up stays theirs, in days, before somebody else may take it. ' +
      '0 for not at all.',
    reason:
      'Whoever takes a name that others know somebody by is taken for them. Erasing an account frees its names ' +
      'with it: they would be all that is kept of a person who asked for nothing to be.',
  }),
  deletionGraceDays: setting({
    name: 'PROXIMA_DELETION_GRACE_DAYS',
    parser: integer(0, 365),
    default: '7',
    description:
      'How long people can restore an account that they have deleted, in days; then it is erased. Nobody signs in to ' +
      'it meanwhile. 0 erases it at once. See [leaving](guides/leaving.md).',
    reason:
      'People delete in anger and thieves in haste; a week lets people notice and come back, and is well within the ' +
      'month that the law allows (GDPR art. 12).',
  }),
  limits: setting({
    name: 'PROXIMA_LIMITS',
    parser: onOff(),
    default: 'on',
    description: 'Whether tries are counted and limited. `off` is for benchmarks and tests.',
    reason:
      'Without limits a password can be guessed (NIST SP 800-63B-4 §3.2.2), so production refuses `off`.',
  }),
  networkLimitFactor: setting({
    name: 'PROXIMA_NETWORK_LIMIT_FACTOR',
    parser: integer(1, 1_000),
    default: '10',
    description:
      'How many times what one address may do its whole network may: the IPv4 /24 or the IPv6 /48 around it.',
    reason:
      'Who rents a network has hundreds of addresses, and would have as many limits. Ten leaves room for a ' +
      'university; raise it where very many of your users sign in from one network at the same time.',
  }),
}
