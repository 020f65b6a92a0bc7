import { paragraph } from '../mail/model.ts'
import type { Template } from './template.ts'

/** Sent to the owner of a contact that another account wants, if strict privacy does not tell that account. */
export const contactChangeTaken: Template = (language, { sender }) => {
  const say = language.sentences('contact_change_taken', { service: sender.name })
  return {
    subject: say('subject'),
    blocks: [paragraph(say('what_happened')), paragraph(say('expected')), paragraph(say('unexpected'))],
    sms: say('sms'),
  }
}
