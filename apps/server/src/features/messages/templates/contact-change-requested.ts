import { paragraph } from '../mail/model.ts'
import { contextFacts } from './facts.ts'
import type { Template } from './template.ts'
import { type UndoFacts, undoAdvice, undoUrl } from './undo-offer.ts'

export interface ContactChangeRequestedFacts extends UndoFacts {
  readonly kind: 'email' | 'phone_number'
}

/** Sent to every contact of an account before one of them changes, so that the owner can act in time (ASVS 6.3.7). */
export const contactChangeRequested: Template<ContactChangeRequestedFacts> = (
  language,
  { sender, context, kind, undo },
) => {
  const say = language.sentences('contact_change_requested', { service: sender.name })
  return {
    subject: say('subject'),
    blocks: [
      paragraph(say(kind)),
      contextFacts(language, context),
      paragraph(say('expected')),
      ...undoAdvice(language, sender, undo),
    ],
    sms: undo === null ? say('sms') : say('sms_with_link', { url: undoUrl(sender, undo) }),
  }
}
