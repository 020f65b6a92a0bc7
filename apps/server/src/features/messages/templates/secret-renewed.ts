import { contextFacts } from './facts.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

/** ASVS 6.3.7. Does not contain any part of the secret. */
export const secretRenewed: Template = (language, { sender, context }) => {
  const say = language.sentences('secret_renewed', { service: sender.name })
  return notice(say, contextFacts(language, context), ['expected', 'get_help'])
}
