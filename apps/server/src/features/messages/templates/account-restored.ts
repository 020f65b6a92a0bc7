import { paragraph } from '../mail/model.ts'
import type { Template } from './template.ts'

/** Sent to the owner, because someone else may have restored the account (ASVS 6.3.7). */
export const accountRestored: Template = (language, { sender, context }) => {
  const say = language.sentences('account_restored', { service: sender.name })
  return {
    subject: say('subject'),
    blocks: [
      paragraph(say('what_happened')),
      language.contextFacts(context),
      paragraph(say('expected')),
      paragraph(say('unexpected')),
    ],
    sms: say('sms'),
  }
}
