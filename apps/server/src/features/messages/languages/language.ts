import { directionOf } from '../../../platform/kernel/locale.ts'
import type { Block, Fact } from '../mail/model.ts'
import type { SecurityContext } from '../model.ts'
import english from './en.json' with { type: 'json' }

/** The sentences of every message. English has them all, and so has every language that Proxima speaks. */
export type Sentences = typeof english
/** The kinds of message, and `common` for sentences that several have in common. */
export type SentenceGroup = keyof Sentences

/** Words that a sentence names in braces, such as `{service}`. */
export type Insertions = Readonly<Record<string, string>>

/** Returns a sentence of the group, or one that all messages have in common. */
export type Say<Group extends SentenceGroup> = (
  key: keyof Sentences[Group] | keyof Sentences['common'],
  insertions?: Insertions,
) => string

/** One language: its sentences, and how it writes times. */
export class Language {
  readonly tag: string
  readonly #sentences: Sentences
  readonly #time: Intl.DateTimeFormat

  constructor(tag: string, sentences: Sentences) {
    this.tag = tag
    this.#sentences = sentences
    this.#time = new Intl.DateTimeFormat(tag === 'en' ? 'en-GB' : tag, {
      day: 'numeric',
      month: 'long',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone: 'UTC',
      timeZoneName: 'short',
    })
  }

  get direction(): 'ltr' | 'rtl' {
    return directionOf(this.tag)
  }

  /** The sentences of one kind of message. `shared` are the words that many of them name. */
  sentences<Group extends SentenceGroup>(group: Group, shared: Insertions = {}): Say<Group> {
    const texts: Readonly<Record<string, string>> = { ...this.#sentences.common, ...this.#sentences[group] }
    return (key, insertions = {}) => insert(texts[String(key)] ?? '', { ...shared, ...insertions })
  }

  /** Such as "21 November 2026 at 09:04 UTC". In UTC, because the server does not know where the reader is. */
  time(at: Date): string {
    return this.#time.format(at)
  }

  /** Lets the owner of an account recognize their own action. */
  contextFacts(context: SecurityContext): Block {
    const say = this.sentences('common')
    const { browser, system } = context.device
    const device =
      browser === null || system === null
        ? (browser ?? system)
        : say('browser_on_system', { browser, system })
    return {
      kind: 'facts',
      facts: [
        ...this.timeFacts(context).facts,
        [say('device'), device ?? say('unknown_device')],
        [say('network'), context.network ?? say('unknown_network')],
      ],
    }
  }

  /** Only the time, for an act of an administrator: where they were is not for the owner to know. */
  timeFacts({ at }: Pick<SecurityContext, 'at'>): Block & { readonly facts: readonly Fact[] } {
    return { kind: 'facts', facts: [[this.sentences('common')('when'), this.time(at)]] }
  }
}

/** @throws if a word is missing: then a template and its sentence do not fit */
function insert(sentence: string, insertions: Insertions): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const text = insertions[name]
    if (text === undefined) throw new TypeError(`no word for {${name}}`)
    return text
  })
}
