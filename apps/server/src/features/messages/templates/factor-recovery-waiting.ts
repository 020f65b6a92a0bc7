import { button, linkTo, paragraph } from '../mail/model.ts'
import { contextFacts } from './facts.ts'
import type { WaitingFacts } from './recovery-waiting.ts'
import type { Template } from './template.ts'

/** Sent to every contact when someone says that they have lost the second factor of an account. */
export const factorRecoveryWaiting: Template<WaitingFacts> = (
  language,
  { sender, context, linkToken, usableAt },
) => {
  const time = language.time(usableAt)
  const say = language.sentences('factor_recovery_waiting', { service: sender.name, time })
  const url = linkTo(sender, `/recover/factor?token=${linkToken}`)
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
