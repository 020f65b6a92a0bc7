import { contextFacts } from './facts.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

/** The counter of a passkey did not go up, so two devices may have the key (WebAuthn Level 3 §6.1.1, A102). */
export const passkeyCopied: Template = (language, { sender, context }) => {
  const say = language.sentences('passkey_copied', { service: sender.name })
  return notice(say, contextFacts(language, context), ['expected', 'get_help'])
}
