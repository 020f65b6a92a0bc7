import { button, code, linkTo, note, paragraph } from '../mail/model.ts'
import { contextFacts } from './facts.ts'
import type { Template } from './template.ts'

/** A code with which the owner of an account sets a new password, and the token of the link that does the same. */
export interface RecoveryFacts {
  readonly code: string
  readonly linkToken: string
  readonly codeMinutes: number
  readonly linkMinutes: number
  /**
   * True if someone has guessed at the codes, so that not even a right one works for a while. A text message then has the
   * link in place of the code. Usually it does not, because a link makes it twice as long.
   */
  readonly isCodeLocked: boolean
}

/** Sent to anyone who asks for a new password, so it quotes nothing that was typed (A122). */
export const recovery: Template<RecoveryFacts> = (language, data) => {
  const { sender, context, code: digits, linkToken, codeMinutes, linkMinutes, isCodeLocked } = data
  const minutes = String(codeMinutes)
  const url = linkTo(sender, `/recover?token=${linkToken}`)
  const say = language.sentences('recovery', { service: sender.name, minutes })
  return {
    subject: say('subject'),
    blocks: [
      paragraph(say('what_happened')),
      paragraph(say('type_code')),
      code(digits),
      paragraph(say('or_link', { minutes: String(linkMinutes) })),
      button(say('choose'), url, say('copy_address')),
      contextFacts(language, context),
      note(say('unexpected')),
    ],
    sms: isCodeLocked ? say('sms_with_link', { url }) : say('sms', { code: digits }),
  }
}
