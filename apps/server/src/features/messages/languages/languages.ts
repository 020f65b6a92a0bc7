import { bestOf, fallbackLocale, type Locale } from '../../../platform/kernel/locale.ts'
import english from './en.json' with { type: 'json' }
import { Language, type Sentences } from './language.ts'

/** The sentences of every language that Proxima speaks. */
export const builtIn: Readonly<Record<Locale, Sentences>> = {
  en: english,
}

/** The languages in which messages can be written. */
export class Languages {
  readonly #byTag: ReadonlyMap<string, Language>
  readonly #default: string

  /** @param options.default the tag of the language for people who have chosen none */
  constructor(options: { readonly default: string }) {
    this.#default = options.default
    const languages = Object.entries(builtIn).map(([tag, sentences]) => new Language(tag, sentences))
    this.#byTag = new Map(languages.map((each) => [each.tag, each]))
  }

  /** The best language for someone who wants this one; null if they have chosen none. */
  for(wanted: string | null): Language {
    const tags = [...this.#byTag.keys()]
    const tag = bestOf(tags, [wanted, this.#default]) ?? fallbackLocale
    const language = this.#byTag.get(tag)
    if (language === undefined) throw new TypeError(`no language ${tag}`)
    return language
  }
}
