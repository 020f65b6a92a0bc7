import { InvalidValue, type Parser, quote } from './setting.ts'

/** A colour with two hexadecimal digits each for red, green and blue. */
export function color(): Parser<string> {
  return {
    range: 'a colour such as `#00699a`',
    parse(text) {
      // It becomes part of a stylesheet, so nothing else may be in it (A122).
      if (/^#[\da-f]{6}$/i.test(text)) return text.toLowerCase()
      throw new InvalidValue(`must be a colour such as #00699a, not ${quote(text)}.`)
    },
  }
}

/** The name of a language (BCP 47), in its canonical spelling. */
export function languageTag(): Parser<string> {
  return {
    range: 'a BCP 47 language tag, such as `en` or `pt-BR`',
    parse(text) {
      try {
        const [tag] = Intl.getCanonicalLocales(text)
        if (tag !== undefined) return tag
      } catch {
        // A text that is no tag is refused below.
      }
      throw new InvalidValue(`must be a BCP 47 language tag, such as en or pt-BR, not ${quote(text)}.`)
    },
  }
}

/** Letters, digits, spaces, hyphens and quotation marks: nothing that could end a declaration of CSS (A122). */
export function fontFamilies(): Parser<string> {
  return {
    range: 'font families, separated by commas',
    parse(text) {
      const family = /^(?:"[\p{L}\d -]{1,60}"|[\p{L}\d-][\p{L}\d -]{0,59})$/u
      const families = text.split(',').map((each) => each.trim())
      if (families.length <= 10 && families.every((each) => family.test(each))) return families.join(', ')
      throw new InvalidValue(
        `must be up to ten font families, separated by commas, such as "Source Sans 3", sans-serif, not ${quote(text)}.`,
      )
    },
  }
}
