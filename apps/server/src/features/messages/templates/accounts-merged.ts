import { timeFacts } from './facts.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

/** Sent to every contact of both accounts (I8). An administrator has done it, so it does not say from where. */
export const accountsMerged: Template = (language, { sender, context }) => {
  const say = language.sentences('accounts_merged', { service: sender.name })
  return notice(say, timeFacts(language, context), ['sign_in', 'not_requested'])
}
