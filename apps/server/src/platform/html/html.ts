import { html as escaping, raw } from 'hono/html'

/** Markup in which every inserted text is escaped. Only `html`, `styleElement` and `svgElement` make it, so no text can pass for it. */
export type Html = ReturnType<typeof raw>

/** What may be inserted into markup; null, undefined and false leave nothing. */
export type Insertion = Html | string | number | null | undefined | false | readonly Insertion[]

/**
 * The tag of a template. Inserted text becomes text, between tags and in quoted attributes alike (OWASP XSS prevention,
 * rules 1 and 2). Attribute values must be quoted; nothing may be inserted into a script.
 */
export function html(strings: TemplateStringsArray, ...insertions: readonly Insertion[]): Html {
  const markup = escaping(strings, ...insertions)
  // Only for promises, which `Insertion` does not allow.
  if (markup instanceof Promise) throw new TypeError('a template cannot wait')
  return markup
}

/** A style element. CSS is not text that can be escaped, so it must be ours. */
export function styleElement(css: string): Html {
  if (css.includes('</')) throw new TypeError('a stylesheet cannot hold an end tag')
  return raw(`<style>${css}</style>`)
}

/** A drawing, which must be ours: markup cannot be escaped. */
export function svgElement(svg: string): Html {
  if (!/^<svg .*<\/svg>$/s.test(svg.trim()) || /<script|\bon\w+=/i.test(svg))
    throw new TypeError('not a drawing without script')
  return raw(svg)
}
