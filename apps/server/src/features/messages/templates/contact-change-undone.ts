import { contextFacts } from './facts.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

/**
 * Sent to the contacts that an account has back and to those that it no longer has: the link may have been used by
 * someone who has taken over the former mailbox (ASVS 6.3.7).
 */
export const contactChangeUndone: Template = (language, { sender, context }) => {
  const say = language.sentences('contact_change_undone', { service: sender.name })
  return notice(say, contextFacts(language, context), ['next', 'get_help'])
}
