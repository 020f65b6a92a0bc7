import { bestOf, fallbackLocale, type Locale } from '../../../platform/kernel/locale.ts'
import arabic from './ar.json' with { type: 'json' }
import bengali from './bn.json' with { type: 'json' }
import english from './en.json' with { type: 'json' }
import french from './fr.json' with { type: 'json' }
import { Language, type Sentences } from './language.ts'
import type { SomeSentences } from './language-file.ts'
import romanian from './ro.json' with { type: 'json' }
import swahili from './sw.json' with { type: 'json' }

/** The sentences of every language that Proxima speaks. The compiler asks for each sentence in each language. */
export const builtIn: Readonly<Record<Locale, Sentences>> = {
  en: english,
  fr: french,
  sw: swahili,
  ro: romanian,
  bn: bengali,
  ar: arabic,
}

export interface LanguagesOptions {
  /** The tag of the language for people who have chosen none. */
  readonly default: string
  /** The sentences that an operator has added or changed. */
  readonly added?: readonly { readonly tag: string; readonly sentences: SomeSentences }[]
}

/** The languages in which messages can be written. */
export class Languages {
  readonly #byTag: ReadonlyMap<string, Language>
  readonly #default: string

  constructor({ default: tag, added = [] }: LanguagesOptions) {
    this.#default = tag
    const all = [
      ...Object.entries(builtIn).map(([each, sentences]) => new Language(each, sentences)),
      ...added.map((each) => new Language(each.tag, completed(each))),
    ]
    this.#byTag = new Map(all.map((each) => [each.tag, each]))
  }

  get tags(): readonly string[] {
    return [...this.#byTag.keys()]
  }

  /** The best language for someone who wants this one; null if they have chosen none. */
  for(wanted: string | null): Language {
    const tag = bestOf(this.tags, [wanted, this.#default]) ?? fallbackLocale
    const language = this.#byTag.get(tag)
    if (language === undefined) throw new TypeError(`no language ${tag}`)
    return language
  }
}

/** With the sentences of the nearest language that has them all: of French for `fr-CA`, and otherwise of English. */
function completed({
  tag,
  sentences,
}: {
  readonly tag: string
  readonly sentences: SomeSentences
}): Sentences {
  const base = builtIn[bestOf(Object.keys(builtIn) as Locale[], [tag]) ?? fallbackLocale]
  const groups = Object.entries(base).map(([group, texts]) => [
    group,
    { ...texts, ...sentences[group as keyof Sentences] },
  ])
  return Object.fromEntries(groups) as Sentences
}
