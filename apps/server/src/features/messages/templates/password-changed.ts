import { paragraph } from '../mail/model.ts'
import type { Template } from './template.ts'

/** ASVS 6.3.7. Also sent when an account without a password gets its first one. */
export const passwordChanged: Template = (language, { sender, context }) => {
  const say = language.sentences('password_changed', { service: sender.name })
  return {
    subject: say('subject'),
    blocks: [
      paragraph(say('what_happened')),
      language.contextFacts(context),
      paragraph(say('expected')),
      // A change of the password leaves the secret as it is, so its owner must know how to end it (I8).
      paragraph(say('user_secret')),
      paragraph(say('get_help')),
    ],
    sms: say('sms'),
  }
}
