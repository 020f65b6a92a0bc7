import { choice, choices, integer, onOff, region, usernames } from '../parsers.ts'
import { setting } from '../setting.ts'

export const accounts = {
  registration: setting({
    name: 'PROXIMA_REGISTRATION',
    parser: choice('open', 'closed'),
    default: 'open',
    description:
      'Whether people can register. With `closed`, only administrators and the command line can add users.',
    reason: 'Most services are open to the public.',
  }),
  availability: setting({
    name: 'PROXIMA_AVAILABILITY',
    parser: choices('username', 'email', 'phone_number'),
    default: 'username,email,phone_number',
    description: 'The identifiers that people can check for availability.',
    reason:
      'A form can show whether an identifier is free while a person types. The answer also reveals who has an ' +
      'account, so the check is strictly limited. Leave out `email` and `phone_number` if having an account is ' +
      'itself private.',
  }),
  privacy: setting({
    name: 'PROXIMA_PRIVACY',
    parser: choice('standard', 'strict'),
    default: 'standard',
    description:
      'With `strict`, neither registration nor the availability check reveals whether an email address or phone ' +
      'number has an account. Registration always gives the same answer, and a message to the address or number ' +
      'says whether it already had an account. A sign-in after too many wrong passwords is answered like a wrong ' +
      'password. See [messages and strict privacy](guides/mail.md).',
    reason:
      'Most applications expect registration to return the new user, which strict registration cannot do.',
  }),
  verification: setting({
    name: 'PROXIMA_VERIFICATION',
    parser: choice('off', 'optional', 'required'),
    default: 'optional',
    description:
      'Whether people are asked to confirm their email address and phone number. With `optional`, registration sends a ' +
      'code to each. With `required`, an account can do nothing else until it has confirmed one of them, and ' +
      'registration needs an email address or a phone number. With `off`, codes are sent only on request. See [contacts](guides/contacts.md).',
    reason:
      'A confirmed address is needed to regain access to an account. Whether people may use your service before they ' +
      'confirm is for you to decide.',
  }),
  invitationHours: setting({
    name: 'PROXIMA_INVITATION_HOURS',
    parser: integer(1, 720),
    default: '72',
    description:
      'How long the link of an invitation works, in hours. An administrator can send another one. See [administration](guides/administration.md).',
    reason:
      'With the link, its reader chooses the password of the account, so it should not lie in a mailbox for longer ' +
      'than people need. Three days outlast a weekend.',
  }),
  defaultRegion: setting({
    name: 'PROXIMA_DEFAULT_REGION',
    parser: region(),
    default: null,
    fallback: 'none',
    description: 'The country of phone numbers in national form, such as `0712345678`.',
    reason:
      "If the server guessed the country, it could turn a number into someone else's. Without this setting, it " +
      'refuses such numbers.',
  }),
  costlyNumbers: setting({
    name: 'PROXIMA_COSTLY_NUMBERS',
    parser: choice('refused', 'allowed'),
    default: 'refused',
    description:
      'Whether people can register premium-rate, shared-cost, personal, satellite and pager numbers, and receive text ' +
      'messages at them. An account that already has such a number can still sign in with it.',
    reason:
      'Fraudsters earn money with each message to such a number, and you pay for it. Allow such numbers if your ' +
      'users have satellite phones.',
  }),
  reservedUsernames: setting({
    name: 'PROXIMA_RESERVED_USERNAMES',
    parser: usernames(),
    default: 'none',
    description:
      'More usernames that no one can register, separated by commas, such as `acme,acme-support`. Some names are ' +
      '[always reserved](guides/identifiers.md#reserved-names). Look-alikes are reserved too. The command line can ' +
      'still give a reserved name to an account.',
    reason:
      'People trust an account that is named after your service. Add the name of the service, and those of its staff.',
  }),
  usernameHoldDays: setting({
    name: 'PROXIMA_USERNAME_HOLD_DAYS',
    parser: integer(0, 3_650),
    default: '90',
    description:
      'How long the server holds a former username for its owner, in days, before someone else can take it. With ' +
      '0, it does not hold it.',
    reason:
      'People can mistake the new owner of a username for the former one. Erasing an account also releases its ' +
      'usernames: otherwise the server would keep data about someone who asked it to keep nothing.',
  }),
  deletionGraceDays: setting({
    name: 'PROXIMA_DELETION_GRACE_DAYS',
    parser: integer(0, 365),
    default: '7',
    description:
      'How many days people have to restore an account that they deleted. During this time it cannot sign in. ' +
      'After that, the server erases it. With 0, the server erases it at once. See [leaving](guides/leaving.md).',
    reason:
      'An owner may delete the account in anger, and a thief in haste. A week gives the owner time to restore it, and is ' +
      'well within the month that the law allows (GDPR art. 12).',
  }),
  limits: setting({
    name: 'PROXIMA_LIMITS',
    parser: onOff(),
    default: 'on',
    description: 'Whether the server counts and limits attempts. `off` is for benchmarks and tests.',
    reason:
      'Without limits, an attacker can guess passwords (NIST SP 800-63B-4 §3.2.2), so production refuses `off`.',
  }),
  networkLimitFactor: setting({
    name: 'PROXIMA_NETWORK_LIMIT_FACTOR',
    parser: integer(1, 1_000),
    default: '10',
    description:
      'The limit of a whole network (the IPv4 /24 or the IPv6 /48 around an address), as a multiple of the limit of ' +
      'one address. A sign-in that succeeds counts only for the network, of which one address gets at most half.',
    reason:
      'An attacker who rents a network has hundreds of addresses, and would otherwise have hundreds of limits. A ' +
      'factor of ten leaves room for a university. Raise it if very many of your users sign in from one network at ' +
      'the same time.',
  }),
}
