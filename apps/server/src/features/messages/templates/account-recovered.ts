import { paragraph } from '../mail/model.ts'
import type { Template } from './template.ts'

/** Sent to every contact of an account that was recovered (ASVS 6.3.7). */
export const accountRecovered: Template = (language, { sender, context }) => {
  const say = language.sentences('account_recovered', { service: sender.name })
  return {
    subject: say('subject'),
    blocks: [
      paragraph(say('what_happened')),
      language.contextFacts(context),
      paragraph(say('expected')),
      paragraph(say('get_help')),
    ],
    sms: say('sms'),
  }
}
