import { contextFacts } from './facts.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

/** ASVS 6.3.7. Quotes neither name: an attacker who is in the account may have chosen the new one (A122). */
export const usernameChanged: Template = (language, { sender, context }) => {
  const say = language.sentences('username_changed', { service: sender.name })
  return notice(say, contextFacts(language, context), ['expected', 'unexpected'])
}
