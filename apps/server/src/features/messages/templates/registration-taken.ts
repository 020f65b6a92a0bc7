import { paragraph } from '../mail/model.ts'
import type { Template } from './template.ts'

/** Sent to the owner of an account when someone tries to register with their address. Quotes nothing that was typed. */
export const registrationTaken: Template = (language, { sender }) => {
  const say = language.sentences('registration_taken', { service: sender.name })
  return {
    subject: say('subject'),
    blocks: [paragraph(say('what_happened')), paragraph(say('expected')), paragraph(say('unexpected'))],
    sms: say('sms'),
  }
}
