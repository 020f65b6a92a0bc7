import { contextFacts } from './facts.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

/** ASVS 6.3.7. Does not quote the name of the factor: an attacker who is in the account may have chosen it (A122). */
export const factorAdded: Template = (language, { sender, context }) => {
  const say = language.sentences('factor_added', { service: sender.name })
  return notice(say, contextFacts(language, context), ['expected', 'get_help'])
}
