import { timeFacts } from './facts.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

/** ASVS 6.3.7. An operator has created the secret. Does not contain any part of it. */
export const secretReset: Template = (language, { sender, context }) => {
  const say = language.sentences('secret_reset', { service: sender.name })
  return notice(say, timeFacts(language, context), ['requested', 'not_requested'])
}
