import type { Language } from '../../languages/model.ts'
import { type Block, button, linkTo, paragraph, type ServiceUrl } from '../mail/model.ts'
import type { Sender } from '../model.ts'

/** A link that undoes what a message tells. */
export interface UndoOffer {
  readonly linkToken: string
  /** Until when it works. */
  readonly endsAt: Date
}

/** The link is only for the main contact of the account, so the messages to the others have none. */
export interface UndoFacts {
  readonly undo: UndoOffer | null
}

export function undoUrl(sender: Sender, { linkToken }: UndoOffer): ServiceUrl {
  return linkTo(sender, `/undo?token=${linkToken}`)
}

/** What the owner can do about a change that was not theirs. */
export function undoAdvice(language: Language, sender: Sender, undo: UndoOffer | null): readonly Block[] {
  const service = sender.name
  if (undo === null) return [paragraph(language.sentences('common', { service })('get_help'))]
  const say = language.sentences('contact_undo', { service, time: language.time(undo.endsAt) })
  return [paragraph(say('advice')), button(say('undo'), undoUrl(sender, undo), say('copy_address'))]
}
