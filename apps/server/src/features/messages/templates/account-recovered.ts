import { contextFacts } from './facts.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

/** Sent to every contact of an account that was recovered (ASVS 6.3.7). */
export const accountRecovered: Template = (language, { sender, context }) => {
  const say = language.sentences('account_recovered', { service: sender.name })
  return notice(say, contextFacts(language, context), ['expected', 'get_help'])
}
