import { contextFacts } from './facts.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

/** ASVS 6.3.7. Does not contain any of the codes. */
export const recoveryCodesReplaced: Template = (language, { sender, context }) => {
  const say = language.sentences('recovery_codes_replaced', { service: sender.name })
  return notice(say, contextFacts(language, context), ['expected', 'get_help'])
}
