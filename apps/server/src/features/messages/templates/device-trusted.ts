import { contextFacts } from './facts.ts'
import { notice } from './notice.ts'
import type { Template } from './template.ts'

/** ASVS 6.3.7. A thief who has a second factor once would otherwise need it never again. */
export const deviceTrusted: Template = (language, { sender, context }) => {
  const say = language.sentences('device_trusted', { service: sender.name })
  return notice(say, contextFacts(language, context), ['expected', 'get_help'])
}
