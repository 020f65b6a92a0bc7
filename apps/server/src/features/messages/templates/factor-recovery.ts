import { code, note, paragraph } from '../mail/model.ts'
import { contextFacts } from './facts.ts'
import type { Template } from './template.ts'

/** A code that removes the second factors of an account, after the wait. */
export interface FactorRecoveryFacts {
  readonly code: string
  readonly codeMinutes: number
}

export const factorRecovery: Template<FactorRecoveryFacts> = (language, data) => {
  const { sender, context, code: digits, codeMinutes } = data
  const say = language.sentences('factor_recovery', { service: sender.name, minutes: String(codeMinutes) })
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
