import { secondFactor } from '../factor-parsers.ts'
import { choices, integer, onOff } from '../parsers.ts'
import { setting } from '../setting.ts'

export const secondFactors = {
  secondFactor: setting({
    name: 'PROXIMA_SECOND_FACTOR',
    parser: secondFactor(),
    default: 'optional',
    description:
      'Sets which people need a second factor to sign in. `optional`: everyone who has added one. `required`: every person. ' +
      '`required-for-roles:admin,support`: the people who have one of these roles, and everyone who has added one. ' +
      '`off`: no one, even if they have added one. A person who needs one and has none can only add one. See ' +
      '[second factors](guides/second-factors.md).',
    reason:
      'A stolen password is the most frequent attack. Each person decides for themselves until the operator decides ' +
      'for all. Require one at least of administrators (ASVS 6.3.3).',
  }),
  secondFactorCodes: setting({
    name: 'PROXIMA_SECOND_FACTOR_CODES',
    parser: choices('email', 'phone_number'),
    default: 'none',
    description:
      'The confirmed contacts to which the server sends codes as the second factor, after a password or a user secret. An ' +
      'account that must have a second factor and has added none is then asked for such a code, and does not have to add ' +
      'one. Warning: NIST SP 800-63B-4 accepts no email for this (§3.1.3.1), so such a session stays at ' +
      '`urn:proxima:aal1`. It restricts text messages (§3.1.3.3, §3.2.9): offer people another factor, and tell them about the ' +
      'risk. See [codes by email and text message](guides/second-factors.md#codes-by-email-and-text-message).',
    reason:
      'Phishing sites ask for such codes and use them at once, others may read a mailbox, and a phone number can be taken ' +
      'over. They are better than a password alone. Passkeys and authenticator apps are better than they are.',
  }),
  secondFactorCodesBesideOthers: setting({
    name: 'PROXIMA_SECOND_FACTOR_CODES_BESIDE_OTHERS',
    parser: onOff(),
    default: 'off',
    description:
      'Whether people who have added a second factor, such as a passkey, may give a code of `PROXIMA_SECOND_FACTOR_CODES` ' +
      'instead.',
    reason:
      'An account is only as safe as the weakest factor that it accepts. Someone who has added a passkey should not become ' +
      'easier to attack by it.',
  }),
  trustedDeviceDays: setting({
    name: 'PROXIMA_TRUSTED_DEVICE_DAYS',
    parser: integer(0, 90),
    default: '30',
    description:
      'How long a device needs no second factor after its owner has given one there and has said that it is trusted, in ' +
      'days. With 0, no device is trusted. An account that must have a second factor is asked at every sign-in, whatever ' +
      'this says. See [trusted devices](guides/second-factors.md#trusted-devices).',
    reason:
      'People who are asked less often turn on a second factor more often. A thief of the password has no trusted device. A ' +
      'month is as long as a session lasts.',
  }),
}
