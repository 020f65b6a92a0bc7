import { integer, onOff } from '../parsers.ts'
import { setting } from '../setting.ts'

export const recovery = {
  recoveryByContact: setting({
    name: 'PROXIMA_RECOVERY_BY_CONTACT',
    parser: onOff(),
    default: 'on',
    description:
      'Whether people who have forgotten their password can ask for a code to set a new one. The code goes to the ' +
      'verified email address of the account or, if it has none, to its verified phone number. With `off`, only an ' +
      'administrator can start a recovery (`proxima users recover`). See [regaining access](guides/recovery.md).',
    reason: 'Most people forget a password sooner or later, and no one else needs to help them.',
  }),
  recoveryByUnverifiedContact: setting({
    name: 'PROXIMA_RECOVERY_BY_UNVERIFIED_CONTACT',
    parser: onOff(),
    default: 'on',
    description:
      'Whether an account without a verified contact can be recovered by the email address or phone number that it ' +
      'was registered with. The recovery verifies it, and removes the other contact if that is not verified.',
    reason:
      'Many people never confirm their address. Turn it off if an address with a typing error, which belongs to ' +
      'someone else, would do more harm than a lost account.',
  }),
  recoveryByOtherContactHours: setting({
    name: 'PROXIMA_RECOVERY_BY_OTHER_CONTACT_HOURS',
    parser: integer(0, 336),
    default: '24',
    description:
      'How long a recovery by phone number must wait if the account also has a verified email address, in hours. All ' +
      'contacts are notified at once, and each notification can cancel the recovery. With 0, it does not wait.',
    reason:
      'A phone number can be taken over at the counter of a phone company (NIST SP 800-63B-4 §3.1.3.3). A day gives ' +
      'the owner time to notice.',
  }),
  factorRecoveryHours: setting({
    name: 'PROXIMA_FACTOR_RECOVERY_HOURS',
    parser: integer(0, 336),
    default: '72',
    description:
      'How long someone who has lost every second factor and every recovery code must wait before a code to a confirmed ' +
      'contact removes what is lost, in hours. All contacts are notified at once, and each notification can cancel the ' +
      'recovery. With 0, it is not offered: only a recovery code or an administrator helps. See ' +
      '[regaining access](guides/recovery.md#a-lost-second-factor).',
    reason:
      'Someone who has stolen a password begins it too, so the owner needs time to notice. Three days also cover a ' +
      'weekend.',
  }),
  newSignInNotice: setting({
    name: 'PROXIMA_NEW_SIGN_IN_NOTICE',
    parser: onOff(),
    default: 'on',
    description:
      'Whether owners get a mail when someone signs in to their account from a device or a network that it has not seen ' +
      'before. One click in the mail signs everyone out and asks for a new password. It goes only to a confirmed address, ' +
      'and at most three times a day. See [regaining access](guides/recovery.md#a-sign-in-that-was-not-yours).',
    reason: 'Only the owner knows which sign-ins were theirs.',
  }),
  contactUndoDays: setting({
    name: 'PROXIMA_CONTACT_UNDO_DAYS',
    parser: integer(0, 30),
    default: '7',
    description:
      'How many days the owner of a verified email address or phone number can undo its replacement, with the link in ' +
      'the notification. So long, no other account can take the former one. With 0, changes cannot be undone. See ' +
      '[changing a contact](guides/contacts.md#undoing-a-change).',
    reason:
      'Someone who took over an account changes its address next, to keep the owner out. A week is enough for people ' +
      'who are travelling. The link also helps someone who took over the former mailbox, so it must not work forever.',
  }),
  recoveryByAdministrator: setting({
    name: 'PROXIMA_RECOVERY_BY_ADMINISTRATOR',
    parser: onOff(),
    default: 'on',
    description:
      'Whether an administrator can start a recovery. The code goes to the contact of the owner, so the administrator ' +
      'can never finish it.',
    reason: 'Some people ask for help rather than look for a page.',
  }),
}
