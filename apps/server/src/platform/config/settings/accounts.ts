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
    description: 'The identifiers for which the availability check answers.',
    reason:
      'Forms show while a person types whether an identifier is free. The answer also reveals who has an account, so ' +
      'the check is strictly limited. Leave out `email` and `phone_number` if having an account is itself private.',
  }),
  privacy: setting({
    name: 'PROXIMA_PRIVACY',
    parser: choice('standard', 'strict'),
    default: 'standard',
    description:
      'With `strict`, neither registration nor the availability check reveals whether an email or phone number has ' +
      'an account: registration always gives the same answer, and a message to the address says which it was. See ' +
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
      "A guessed country would turn a number into someone else's. Without this setting such numbers are refused.",
  }),
  usernameHoldDays: setting({
    name: 'PROXIMA_USERNAME_HOLD_DAYS',
    parser: integer(0, 3_650),
    default: '90',
    description:
      'How long a former username is held for its owner, in days, before someone else may take it. 0 does not hold it.',
    reason:
      'People mistake the new owner of a known name for the old one. Erasing an account also releases its usernames: ' +
      'otherwise the server would keep them although their owner asked it to keep nothing.',
  }),
  deletionGraceDays: setting({
    name: 'PROXIMA_DELETION_GRACE_DAYS',
    parser: integer(0, 365),
    default: '7',
    description:
      'How long people can restore an account that they have deleted, in days. After that it is erased. In the ' +
      'meantime it cannot sign in. 0 erases it at once. See [leaving](guides/leaving.md).',
    reason:
      'An owner may delete the account in anger, and a thief in haste. A week gives the owner time to restore it, and is ' +
      'well within the month that the law allows (GDPR art. 12).',
  }),
  limits: setting({
    name: 'PROXIMA_LIMITS',
    parser: onOff(),
    default: 'on',
    description: 'Whether attempts are counted and limited. `off` is for benchmarks and tests.',
    reason:
      'Without limits a password can be guessed (NIST SP 800-63B-4 §3.2.2), so production refuses `off`.',
  }),
  networkLimitFactor: setting({
    name: 'PROXIMA_NETWORK_LIMIT_FACTOR',
    parser: integer(1, 1_000),
    default: '10',
    description:
      'The limit of a whole network (the IPv4 /24 or the IPv6 /48 around an address), as a multiple of the limit of ' +
      'one address.',
    reason:
      'Someone who rents a network has hundreds of addresses, and would have as many limits. Ten leaves room for a ' +
      'university. Raise it if very many of your users sign in from one network at the same time.',
  }),
}
