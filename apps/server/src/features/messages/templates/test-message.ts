import { paragraph } from '../mail/model.ts'
import { timeFacts } from './facts.ts'
import type { Template } from './template.ts'

/** Sent by an operator who wants to see whether messages arrive. */
export const testMessage: Template = (language, { sender, context }) => {
  const say = language.sentences('test_message', { service: sender.name })
  return {
    subject: say('subject'),
    blocks: [paragraph(say('what_happened')), timeFacts(language, context), paragraph(say('nothing_to_do'))],
    sms: say('sms'),
  }
}
