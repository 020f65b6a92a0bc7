import { paragraph, value } from '../mail/model.ts'
import { contextFacts } from './facts.ts'
import type { Template } from './template.ts'

export interface DeletionFacts {
  readonly receipt: string
  /** Null if the account is already erased. */
  readonly restorableUntil: Date | null
}

/** Sent to the owner, because someone else may have deleted the account (ASVS 6.3.7). */
export const accountDeleted: Template<DeletionFacts> = (language, data) => {
  const { sender, context, receipt, restorableUntil } = data
  const isForGood = restorableUntil === null
  const until = restorableUntil === null ? '' : language.time(restorableUntil)
  const say = language.sentences('account_deleted', { service: sender.name, until })
  return {
    subject: say('subject'),
    blocks: [
      paragraph(say(isForGood ? 'for_good' : 'for_now')),
      contextFacts(language, context),
      ...(isForGood ? [] : [paragraph(say('restore'))]),
      paragraph(say('receipt')),
      value(receipt),
    ],
    sms: say(isForGood ? 'sms_for_good' : 'sms_for_now'),
  }
}
