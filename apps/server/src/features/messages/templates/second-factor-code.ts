import { code, note, paragraph } from '../mail/model.ts'
import { contextFacts } from './facts.ts'
import type { Template } from './template.ts'

/** A code that finishes a sign-in whose password was right. */
export interface SecondFactorCodeFacts {
  readonly code: string
  readonly codeMinutes: number
}

/** If its reader did not ask for it, someone else has the password. */
export const secondFactorCode: Template<SecondFactorCodeFacts> = (language, data) => {
  const { sender, context, code: digits, codeMinutes } = data
  const say = language.sentences('second_factor_code', { service: sender.name, minutes: String(codeMinutes) })
  return {
    subject: say('subject'),
    blocks: [
      paragraph(say('what_happened')),
      paragraph(say('type_code')),
      code(digits),
      contextFacts(language, context),
      note(say('unexpected')),
    ],
    sms: say('sms', { code: digits }),
  }
}
