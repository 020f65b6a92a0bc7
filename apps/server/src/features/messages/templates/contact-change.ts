import { button, code, linkTo, note, paragraph } from '../mail/model.ts'
import { contextFacts } from './facts.ts'
import type { Template } from './template.ts'

/** A code that proves the new contact of an account, and the token of the link that does the same. */
export interface ContactChangeFacts {
  readonly code: string
  readonly linkToken: string
  readonly codeMinutes: number
  readonly linkMinutes: number
}

/**
 * Sent to the new contact. Anyone can enter anyone's address, so it says what the reader would agree to. It quotes nothing
 * that was typed (A122).
 */
export const contactChange: Template<ContactChangeFacts> = (language, data) => {
  const { sender, context, code: digits, linkToken, codeMinutes, linkMinutes } = data
  const say = language.sentences('contact_change', { service: sender.name, minutes: String(codeMinutes) })
  return {
    subject: say('subject'),
    blocks: [
      paragraph(say('what_happened')),
      paragraph(say('type_code')),
      code(digits),
      paragraph(say('or_link', { minutes: String(linkMinutes) })),
      button(say('confirm'), linkTo(sender, `/verify/change?token=${linkToken}`), say('copy_address')),
      contextFacts(language, context),
      note(say('unexpected')),
    ],
    sms: say('sms', { code: digits }),
  }
}
