import { type Html, html, type Insertion } from '../../platform/html/html.ts'
import { directionOf } from '../../platform/kernel/locale.ts'
import type { english } from './catalogue/en.data.ts'

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

/** Returns a sentence of the group as markup. The words that it names may be markup too, such as a link. */
export type SayMarkup<Group extends SentenceGroup> = (
  key: keyof Sentences[Group],
  insertions: Readonly<Record<string, Insertion>>,
) => Html

/** The longest first. The last is also for less than a minute. */
const agoUnits = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const

/** One language: its sentences, and how it writes times. */
export class Language {
  readonly tag: string
  readonly #sentences: Sentences
  readonly #time: Intl.DateTimeFormat
  readonly #day: Intl.DateTimeFormat
  readonly #ago: Intl.RelativeTimeFormat
  readonly #number: Intl.NumberFormat
  readonly #country: Intl.DisplayNames

  constructor(tag: string, sentences: Sentences) {
    this.tag = tag
    this.#sentences = sentences
    const written = tag === 'en' ? 'en-GB' : tag
    const day = { day: 'numeric', month: 'long', year: 'numeric' } as const
    this.#day = new Intl.DateTimeFormat(written, { ...day, timeZone: 'UTC' })
    this.#ago = new Intl.RelativeTimeFormat(written, { numeric: 'auto' })
    this.#number = new Intl.NumberFormat(written)
    this.#country = new Intl.DisplayNames([written], { type: 'region' })
    this.#time = new Intl.DateTimeFormat(written, {
      ...day,
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

  /** The sentences of one page, for the words that are markup. */
  markup<Group extends SentenceGroup>(group: Group): SayMarkup<Group> {
    const texts: Readonly<Record<string, string>> = this.#sentences[group]
    return (key, insertions) => insertMarkup(texts[String(key)] ?? '', insertions)
  }

  /** Its own name, such as "Français". */
  get name(): string {
    const name = new Intl.DisplayNames([this.tag], { type: 'language' }).of(this.tag) ?? this.tag
    return name.charAt(0).toLocaleUpperCase(this.tag) + name.slice(1)
  }

  /** Such as "21 November 2026 at 09:04 UTC". In UTC, because the server does not know where the reader is. */
  time(at: Date): string {
    return this.#time.format(at)
  }

  /** Such as "21 November 2026", in UTC. */
  day(at: Date): string {
    return this.#day.format(at)
  }

  /** Such as "2 hours ago". */
  ago(at: Date, now: Date): string {
    const seconds = Math.max(0, (now.getTime() - at.getTime()) / 1_000)
    const [unit, length] = agoUnits.find(([, unitSeconds]) => seconds >= unitSeconds) ?? agoUnits[2]
    return this.#ago.format(-Math.floor(seconds / length), unit)
  }

  number(value: number): string {
    return this.#number.format(value)
  }

  /** The name of a country, by its ISO 3166 code. A form can send any other text, which stays as it is. */
  country(code: string): string {
    return /^[A-Z]{2}$/i.test(code) ? (this.#country.of(code) ?? code) : code
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

/** @throws if a word is missing */
function insertMarkup(sentence: string, insertions: Readonly<Record<string, Insertion>>): Html {
  const parts = sentence.split(/\{(\w+)\}/)
  return html`${parts.map((part, index) => (index % 2 === 0 ? part : wordOf(part, insertions)))}`
}

function wordOf(name: string, insertions: Readonly<Record<string, Insertion>>): Insertion {
  if (!Object.hasOwn(insertions, name)) throw new TypeError(`no word for {${name}}`)
  return insertions[name]
}
