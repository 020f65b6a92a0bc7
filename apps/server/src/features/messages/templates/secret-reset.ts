import { paragraph } from '../mail/model.ts'
import type { Template } from './template.ts'

/** ASVS 6.3.7. An operator has created the secret. Does not contain any part of it. */
export const secretReset: Template = (language, { sender, context }) => {
  const say = language.sentences('secret_reset', { service: sender.name })
  return {
    subject: say('subject'),
    blocks: [
      paragraph(say('what_happened')),
      language.timeFacts(context),
      paragraph(say('requested')),
      paragraph(say('not_requested')),
    ],
    sms: say('sms'),
  }
}
