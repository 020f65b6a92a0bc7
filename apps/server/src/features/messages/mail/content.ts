import type { Language } from '../../languages/model.ts'
import type { MessageContent, Recipient, Sender } from '../model.ts'
import type { MessageText } from '../templates/template.ts'
import { mailText } from './mail-text.ts'

export interface Composition {
  readonly recipient: Pick<Recipient, 'channel' | 'address'>
  readonly language: Language
  readonly text: MessageText
}

/** The content of a message in the form of its channel. */
export function contentFor({ recipient, language, text }: Composition, sender: Sender): MessageContent {
  const { subject, blocks, sms, preview = null } = text
  const shared = { to: recipient.address, locale: language.tag, blocks, preview }
  return recipient.channel === 'mail'
    ? { ...shared, subject, text: mailText(text, sender) }
    : { ...shared, subject: '', text: sms }
}
