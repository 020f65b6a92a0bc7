import { timeFacts } from './facts.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

/** An administrator has restored the account, so it does not say from where. */
export const accountReinstated: Template = (language, { sender, context }) => {
  const say = language.sentences('account_reinstated', { service: sender.name })
  return notice(say, timeFacts(language, context), ['not_requested'])
}
