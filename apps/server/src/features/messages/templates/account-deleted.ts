import { contextLines, letter, timeText } from './english.ts'
import { type OwnerData, translated } from './template.ts'

export interface DeletionFacts {
  readonly receipt: string
  /** Null if the account is already erased. */
  readonly restorableUntil: Date | null
}

/** Sent to the owner, because someone else may have deleted the account (ASVS 6.3.7). */
export const accountDeleted = translated<OwnerData & DeletionFacts>({
  en: ({ sender, context, receipt, restorableUntil }) => ({
    subject: `Your ${sender.name} account was deleted`,
    text: letter(sender, [
      ...(restorableUntil === null
        ? [`Your ${sender.name} account was deleted, and all your data was erased. This cannot be undone.`]
        : [
            `Your ${sender.name} account was deleted, and all your devices were signed out. All your data will be erased after ${timeText(restorableUntil)}.`,
          ]),
      contextLines(context),
      ...(restorableUntil === null
        ? []
        : [
            'If you change your mind, or if this was not you, restore the account before that date with your password or user secret. All your data will be as it was. You will have to sign in again on your other devices.',
          ]),
      'Keep this receipt. You can use it later to check the status of the deletion:',
      receipt,
    ]),
    sms:
      restorableUntil === null
        ? `${sender.name}: Your account was deleted and all your data was erased. This cannot be undone.`
        : `${sender.name}: Your account was deleted. You can restore it with your password or user secret until ${timeText(restorableUntil)}.`,
  }),
})
