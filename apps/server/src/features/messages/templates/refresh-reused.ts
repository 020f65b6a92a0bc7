import { contextFacts } from './facts.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

/**
 * Sent when a refresh token is used again after it was replaced. Two clients have it, and the server cannot know which
 * of them is the owner's (RFC 9700 §4.14.2; A79).
 */
export const refreshReused: Template = (language, { sender, context }) => {
  const say = language.sentences('refresh_reused', { service: sender.name })
  return notice(say, contextFacts(language, context), ['what_to_do', 'again'])
}
