import { paragraph } from '../mail/model.ts'
import type { Template } from './template.ts'

/** Sent to every contact that the account had before one of them changed (ASVS 6.3.7). */
export const contactChanged: Template = (language, { sender, context }) => {
  const say = language.sentences('contact_changed', { service: sender.name })
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
