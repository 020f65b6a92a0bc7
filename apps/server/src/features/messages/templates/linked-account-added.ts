import { contextFacts } from './facts.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

/** ASVS 6.3.7. Does not name the provider: its name comes from the settings, and may be long. */
export const linkedAccountAdded: Template = (language, { sender, context }) => {
  const say = language.sentences('linked_account_added', { service: sender.name })
  return notice(say, contextFacts(language, context), ['expected', 'get_help'])
}
