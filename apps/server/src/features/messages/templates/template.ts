import type { Locale } from '../../../platform/kernel/locale.ts'
import type { MessageText, SecurityContext, Sender } from '../model.ts'

/** Writes one kind of message in the language of its recipient. */
export type Template<Data> = (locale: Locale, data: Data) => MessageText

/** For a recipient who may have no account. */
export interface AddressData {
  readonly sender: Sender
}

/** For the owner of an account, about a change to it. */
export interface OwnerData extends AddressData {
  readonly context: SecurityContext
}

/** A template with one text for each language. */
export function translated<Data>(
  texts: Readonly<Record<Locale, (data: Data) => MessageText>>,
): Template<Data> {
  return (locale, data) => texts[locale](data)
}
