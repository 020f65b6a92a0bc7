import { contextLines, letter } from './english.ts'
import { type OwnerData, translated } from './template.ts'

/** ASVS 6.3.7. Does not contain any part of the secret. */
export const secretRenewed = translated<OwnerData>({
  en: ({ sender, context }) => ({
    subject: `Your ${sender.name} user secret was replaced`,
    text: letter(sender, [
      `A new user secret was created for your ${sender.name} account. The previous one no longer works, and all your other devices were signed out.`,
      contextLines(context),
      'If this was you, keep the new secret in a safe place.',
      `If this was not you, someone else has access to your account. Contact ${sender.name} for help immediately.`,
    ]),
    sms: `${sender.name}: Your user secret was replaced and your other devices were signed out. If this was not you, ask for help immediately.`,
  }),
})
