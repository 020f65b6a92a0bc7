import { paragraph } from '../mail/model.ts'
import type { Template } from './template.ts'

/** ASVS 6.3.7. An operator has set the password, so the device and the network are not those of the owner. */
export const passwordReset: Template = (language, { sender, context }) => {
  const say = language.sentences('password_reset', { service: sender.name })
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
