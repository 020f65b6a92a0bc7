import { button, code, linkTo, note, paragraph } from '../mail/model.ts'
import { contextFacts } from './facts.ts'
import type { Template } from './template.ts'

/** A code with which the owner of an account signs in. */
export interface SignInCodeFacts {
  readonly code: string
  /** Null if the link was not asked for. */
  readonly linkToken: string | null
  readonly codeMinutes: number
  readonly linkMinutes: number
}

/** Sent to anyone who asks for it, so it quotes nothing that was typed (A122). */
export const signInCode: Template<SignInCodeFacts> = (language, data) => {
  const { sender, context, code: digits, linkToken, codeMinutes, linkMinutes } = data
  const minutes = String(codeMinutes)
  const say = language.sentences('sign_in_code', { service: sender.name, minutes })
  const link =
    linkToken === null
      ? []
      : [
          paragraph(say('or_link', { minutes: String(linkMinutes) })),
          button(say('sign_in'), linkTo(sender, `/sign-in/link?token=${linkToken}`), say('copy_address')),
        ]
  return {
    subject: say('subject'),
    blocks: [
      paragraph(say('what_happened')),
      paragraph(say('type_code')),
      code(digits),
      ...link,
      contextFacts(language, context),
      note(say('unexpected')),
    ],
    sms: say('sms', { code: digits }),
  }
}
