import { paragraph } from '../mail/model.ts'
import { contactVerification, type VerificationFacts } from './contact-verification.ts'
import type { Template } from './template.ts'

/**
 * Sent to an address that no account had. The text does not depend on the other fields: otherwise someone could
 * register their own address together with another person's, and learn whether the other one has an account. It quotes
 * nothing that was typed, not even a name, because anyone can enter anyone's address (A122).
 */
export const registrationReceived: Template<VerificationFacts> = (language, data) => {
  const say = language.sentences('registration_received', { service: data.sender.name })
  const { blocks, ...message } = contactVerification(language, data)
  const confirmation = blocks.slice(1)
  return { ...message, subject: say('subject'), blocks: [paragraph(say('what_happened')), ...confirmation] }
}
