import { button, code, linkTo, note, paragraph } from '../mail/model.ts'
import type { Template } from './template.ts'

/** A code with which the owner of an account sets a new password, and the token of the link that does the same. */
export interface RecoveryFacts {
  readonly code: string
  readonly linkToken: string
  readonly codeMinutes: number
  readonly linkMinutes: number
}

/** Sent to whoever asks for a new password, so it quotes nothing that was typed (A122). A text message has no link. */
export const recovery: Template<RecoveryFacts> = (language, data) => {
  const { sender, context, code: digits, linkToken, codeMinutes, linkMinutes } = data
  const minutes = String(codeMinutes)
  const say = language.sentences('recovery', { service: sender.name, minutes })
  return {
    subject: say('subject'),
    blocks: [
      paragraph(say('what_happened')),
      paragraph(say('type_code')),
      code(digits),
      paragraph(say('or_link', { minutes: String(linkMinutes) })),
      button(say('choose'), linkTo(sender, `/recover?token=${linkToken}`), say('copy_address')),
      language.contextFacts(context),
      note(say('unexpected')),
    ],
    sms: say('sms', { code: digits }),
  }
}
