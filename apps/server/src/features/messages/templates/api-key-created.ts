import { contextFacts } from './facts.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

/** ASVS 6.3.7. Quotes neither the key nor its name: an attacker who is in the account may have chosen the name (A122). */
export const apiKeyCreated: Template = (language, { sender, context }) => {
  const say = language.sentences('api_key_created', { service: sender.name })
  return notice(say, contextFacts(language, context), ['expected', 'unexpected'])
}
