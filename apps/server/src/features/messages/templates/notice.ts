import { type Block, paragraph } from '../mail/model.ts'
import type { MessageText } from './template.ts'

/** The form of most notifications: what happened, when and from where, and what the owner should do. */
export function notice<Advice extends string>(
  say: (key: 'subject' | 'what_happened' | 'sms' | Advice) => string,
  facts: Block,
  advice: readonly Advice[],
): MessageText {
  return {
    subject: say('subject'),
    blocks: [paragraph(say('what_happened')), facts, ...advice.map((key) => paragraph(say(key)))],
    sms: say('sms'),
  }
}
