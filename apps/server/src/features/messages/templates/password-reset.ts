import { timeFacts } from './facts.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

/** ASVS 6.3.7. An operator has set the password, so the device and the network are not those of the owner. */
export const passwordReset: Template = (language, { sender, context }) => {
  const say = language.sentences('password_reset', { service: sender.name })
  return notice(say, timeFacts(language, context), ['requested', 'not_requested'])
}
