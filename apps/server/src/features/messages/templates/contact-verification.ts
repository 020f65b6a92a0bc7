import { button, code, linkTo, note, paragraph } from '../mail/model.ts'
import { contextFacts } from './facts.ts'
import type { Template } from './template.ts'

/** A code that proves a contact, and the token of the link that does the same. */
export interface VerificationFacts {
  readonly code: string
  readonly linkToken: string
  readonly codeMinutes: number
  readonly linkHours: number
}

/**
 * Asks the owner of an address to confirm it. Anyone can enter anyone's address, so the message says what the account
 * is and what happens if the reader does nothing. It quotes nothing that was typed (A122).
 */
export const contactVerification: Template<VerificationFacts> = (language, data) => {
  const { sender, context, code: digits, linkToken, codeMinutes, linkHours } = data
  const say = language.sentences('contact_verification', {
    service: sender.name,
    minutes: String(codeMinutes),
    hours: String(linkHours),
  })
  return {
    subject: say('subject'),
    blocks: [
      paragraph(say('what_happened')),
      paragraph(say('type_code')),
      code(digits),
      paragraph(say('or_link')),
      button(say('confirm'), linkTo(sender, `/verify?token=${linkToken}`), say('copy_address')),
      contextFacts(language, context),
      note(say('unexpected')),
    ],
    sms: say('sms', { code: digits }),
  }
}
