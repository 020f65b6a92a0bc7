/** Reads the text of a setting. `range` says in prose which texts it takes. */
export interface Parser<T> {
  readonly range: string
  /** Throws Refused for a text out of range. */
  readonly parse: (text: string) => T
}

/**
 * A text that a setting does not take. The message goes on from the setting's name: "must be …". It never
 * repeats a secret or a URL, since a URL that does not parse may still hold a password.
 */
export class Refused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'Refused'
  }
}

export interface Setting<T, Default extends string | null = string | null> {
  readonly name: `${'PROXIMA' | 'OTEL'}_${string}`
  readonly parser: Parser<T>
  /** As it would be written in the environment, and checked like it; null where nothing stands in for it. */
  readonly default: Default
  /** What holds where there is no default, in words: "the listening address". */
  readonly fallback?: string
  /** What it does: one sentence or two. */
  readonly description: string
  /** Why its default and its range are what they are. */
  readonly reason: string
  /** Its value is never shown. */
  readonly secret?: true
}

export type AnySetting = Setting<unknown>

/** Keeps the types of the value and of the default, which decide the type of the field in Config. */
export function setting<T, const Default extends string | null>(
  row: Setting<T, Default>,
): Setting<T, Default> {
  return row
}

/** Names from outside may hold anything; a control character in one must not forge a line of the log (I14). */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
  })
}

const quotedLengthMax = 60

/** For messages: short, on one line, without what may be a password in a URL. */
export function quote(text: string): string {
  const masked = text.replace(/\/\/.*@/s, '//***@')
  const short = masked.length > quotedLengthMax ? `${masked.slice(0, quotedLengthMax)}…` : masked
  return `"${printable(short)}"`
}
