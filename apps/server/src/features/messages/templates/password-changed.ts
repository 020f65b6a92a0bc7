import { contextLines, letter } from './english.ts'
import { type OwnerData, translated } from './template.ts'

/** ASVS 6.3.7. Also sent when an account without a password gets its first one. */
export const passwordChanged = translated<OwnerData>({
  en: ({ sender, context }) => ({
    subject: `Your ${sender.name} password was changed`,
    text: letter(sender, [
      `The password of your ${sender.name} account was changed, and all your other devices were signed out.`,
      contextLines(context),
      'If this was you, you do not need to do anything.',
      // A change of the password leaves the secret as it is, so its owner must know how to end it (I8).
      'If your account also has a user secret, it still works. If someone else may have it, use your password to create a new one. The old one then stops working.',
      `If this was not you, someone else has access to your account. Contact ${sender.name} for help immediately.`,
    ]),
    sms: `${sender.name}: Your password was changed and your other devices were signed out. If this was not you, ask for help immediately.`,
  }),
})
