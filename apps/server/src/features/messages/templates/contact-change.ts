import { code, note, paragraph } from '../mail/model.ts'
import type { Template } from './template.ts'

/** A code that proves the new contact of an account. */
export interface ContactChangeFacts {
  readonly code: string
  readonly codeMinutes: number
}

/**
 * Sent to the new contact. It has no link: the code must be typed in the account that asked for it. Otherwise someone who
 * opens links could give their address to the account of a stranger. It quotes nothing that was typed (A122).
 */
export const contactChange: Template<ContactChangeFacts> = (language, data) => {
  const { sender, context, code: digits, codeMinutes } = data
  const say = language.sentences('contact_change', { service: sender.name, minutes: String(codeMinutes) })
  return {
    subject: say('subject'),
    blocks: [
      paragraph(say('what_happened')),
      paragraph(say('type_code')),
      code(digits),
      language.contextFacts(context),
      note(say('unexpected')),
    ],
    sms: say('sms', { code: digits }),
  }
}
