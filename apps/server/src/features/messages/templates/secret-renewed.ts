import { paragraph } from '../mail/model.ts'
import type { Template } from './template.ts'

/** ASVS 6.3.7. Does not contain any part of the secret. */
export const secretRenewed: Template = (language, { sender, context }) => {
  const say = language.sentences('secret_renewed', { service: sender.name })
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
