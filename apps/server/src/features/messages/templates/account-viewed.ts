import { timeFacts } from './facts.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

/** An administrator saw the account as its owner does, so it does not say from where. */
export const accountViewed: Template = (language, { sender, context }) => {
  const say = language.sentences('account_viewed', { service: sender.name })
  return notice(say, timeFacts(language, context), ['not_requested'])
}
