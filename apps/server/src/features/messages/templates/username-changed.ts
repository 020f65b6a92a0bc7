import { paragraph } from '../mail/model.ts'
import type { Template } from './template.ts'

/** ASVS 6.3.7. Quotes neither name: an attacker who is in the account may have chosen the new one (A122). */
export const usernameChanged: Template = (language, { sender, context }) => {
  const say = language.sentences('username_changed', { service: sender.name })
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
