import { paragraph } from '../mail/model.ts'
import { contextFacts } from './facts.ts'
import type { Template } from './template.ts'
import { type UndoFacts, undoAdvice, undoUrl } from './undo-offer.ts'

/** Sent to every contact that the account had before one of them changed (ASVS 6.3.7). */
export const contactChanged: Template<UndoFacts> = (language, { sender, context, undo }) => {
  const say = language.sentences('contact_changed', { service: sender.name })
  return {
    subject: say('subject'),
    blocks: [
      paragraph(say('what_happened')),
      contextFacts(language, context),
      paragraph(say('expected')),
      ...undoAdvice(language, sender, undo),
    ],
    sms: undo === null ? say('sms') : say('sms_with_link', { url: undoUrl(sender, undo) }),
  }
}
