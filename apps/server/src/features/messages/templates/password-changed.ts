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
      `If this was not you, someone else has access to your account. Contact ${sender.name} for help immediately.`,
    ]),
    sms: `${sender.name}: Your password was changed and your other devices were signed out. If this was not you, ask for help immediately.`,
  }),
})
