import { button, linkTo, paragraph } from '../mail/model.ts'
import { contextFacts } from './facts.ts'
import type { Template } from './template.ts'

export interface WaitingFacts {
  /** Of the link that cancels the recovery. */
  readonly linkToken: string
  /** When the recovery can be finished. */
  readonly usableAt: Date
}

/** Sent to every contact when someone begins to recover an account by another contact than the main one. */
export const recoveryWaiting: Template<WaitingFacts> = (
  language,
  { sender, context, linkToken, usableAt },
) => {
  const time = language.time(usableAt)
  const say = language.sentences('recovery_waiting', { service: sender.name, time })
  const url = linkTo(sender, `/recover/cancel?token=${linkToken}`)
  return {
    subject: say('subject'),
    blocks: [
      paragraph(say('what_happened')),
      contextFacts(language, context),
      paragraph(say('expected')),
      paragraph(say('unexpected')),
      button(say('cancel'), url, say('copy_address')),
    ],
    sms: say('sms', { url }),
  }
}
