import { contextLines, letter } from './english.ts'
import { type OwnerData, translated } from './template.ts'

/** Sent to the owner, because someone else may have restored the account (ASVS 6.3.7). */
export const accountRestored = translated<OwnerData>({
  en: ({ sender, context }) => ({
    subject: `Your ${sender.name} account was restored`,
    text: letter(sender, [
      `Your ${sender.name} account had been deleted. Someone has now restored it with its password or user secret. All its data is as it was, and nothing will be erased.`,
      contextLines(context),
      'If this was you, you do not need to do anything.',
      'If this was not you, someone else knows your password or user secret. Change it immediately.',
    ]),
    sms: `${sender.name}: Your deleted account was restored. If this was not you, someone knows your password or user secret. Change it immediately.`,
  }),
})
