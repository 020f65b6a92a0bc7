import type { Language } from '../../languages/model.ts'
import type { Block } from '../mail/model.ts'
import type { SecurityContext, Sender } from '../model.ts'

/** Writes one kind of message in the language of its recipient. */
export type Template<Facts = NoFacts> = (language: Language, data: MessageData & Facts) => MessageText

export type NoFacts = Readonly<Record<never, never>>

/** What every message may say. */
export interface MessageData {
  readonly sender: Sender
  /** Of the request that causes the message. */
  readonly context: SecurityContext
}

/** A message as its template writes it. */
export interface MessageText {
  readonly subject: string
  /** What a mail program shows beside the subject; by default, the first paragraph. */
  readonly preview?: string
  readonly blocks: readonly Block[]
  /** Fits into one text message in English unless the name of the service is long. */
  readonly sms: string
}
