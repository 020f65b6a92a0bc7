import { contextLines, letter } from './english.ts'
import { type OwnerData, translated } from './template.ts'

/** ASVS 6.3.7. Quotes neither name: an attacker who is in the account may have chosen the new one (A122). */
export const usernameChanged = translated<OwnerData>({
  en: ({ sender, context }) => ({
    subject: `Your ${sender.name} username was changed`,
    text: letter(sender, [
      `The username of your ${sender.name} account was changed. From now on, sign in with the new username, or with your email address or phone number as before.`,
      contextLines(context),
      'If this was you, you do not need to do anything.',
      `If this was not you, someone else has access to your account. Sign in, end all other sessions, change your password, and change your username back. If you cannot sign in, contact ${sender.name} for help immediately.`,
    ]),
    sms: `${sender.name}: Your username was changed. If this was not you, sign in, change your password, and end all other sessions.`,
  }),
})
