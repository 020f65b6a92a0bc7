import { contextFacts } from './facts.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

/** Sent to the owner, because someone else may have restored the account (ASVS 6.3.7). */
export const accountRestored: Template = (language, { sender, context }) => {
  const say = language.sentences('account_restored', { service: sender.name })
  return notice(say, contextFacts(language, context), ['expected', 'unexpected'])
}
