import { contextFacts } from './facts.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

/** ASVS 6.3.7. Also sent when an account without a password gets its first one. */
export const passwordChanged: Template = (language, { sender, context }) => {
  const say = language.sentences('password_changed', { service: sender.name })
  // A change of the password leaves the secret as it is, so its owner must know how to end it (I8).
  return notice(say, contextFacts(language, context), ['expected', 'user_secret', 'get_help'])
}
