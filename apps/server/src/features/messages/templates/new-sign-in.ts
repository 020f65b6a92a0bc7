import { button, linkTo, paragraph } from '../mail/model.ts'
import { contextFacts } from './facts.ts'
import type { Template } from './template.ts'

export interface NewSignInFacts {
  /** Of the link for an owner who has not signed in. */
  readonly linkToken: string
}

/** Only mailed: a text message for each new device would be dear, and tells no more. */
export const newSignIn: Template<NewSignInFacts> = (language, { sender, context, linkToken }) => {
  const say = language.sentences('new_sign_in', { service: sender.name })
  return {
    subject: say('subject'),
    blocks: [
      paragraph(say('what_happened')),
      contextFacts(language, context),
      paragraph(say('expected')),
      paragraph(say('unexpected')),
      button(say('not_me'), linkTo(sender, `/not-me?token=${linkToken}`), say('copy_address')),
    ],
    sms: say('sms'),
  }
}
