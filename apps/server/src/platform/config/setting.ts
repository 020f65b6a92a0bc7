/** Reads the text of a setting. `range` describes in prose which texts are valid. */
export interface Parser<T> {
  readonly range: string
  /** @throws InvalidValue if the text is out of range */
  readonly parse: (text: string) => T
}

/**
 * The text of a setting is not valid. The message continues after the name of the setting: "must be …". It never
 * quotes a secret or a URL, because a URL that does not parse may still hold a password.
 */
export class InvalidValue extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'InvalidValue'
  }
}

export interface Setting<T, Default extends string | null = string | null> {
  readonly name: `${'PROXIMA' | 'OTEL'}_${string}`
  readonly parser: Parser<T>
  /** In the form of the environment, and checked in the same way; null if there is no such value. */
  readonly default: Default
  /** Describes what applies without a default: "the listening address". */
  readonly fallback?: string
  /** What the setting does, in one or two sentences. */
  readonly description: string
  /** The reason for the default and the range. */
  readonly reason: string
  /** Its value is never shown. */
  readonly secret?: true
}

export type AnySetting = Setting<unknown>

/** Keeps the types of the value and of the default. They decide the type of the field in Config. */
export function setting<T, const Default extends string | null>(
  row: Setting<T, Default>,
): Setting<T, Default> {
  return row
}

/** Escapes control characters. Names from outside may hold any, and none may forge a line of the log (I14). */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
  })
}

const quotedLengthMax = 60

/** Quotes a text in a message: short, on one line, and without a possible password in a URL. */
export function quote(text: string): string {
  const masked = text.replace(/\/\/.*@/s, '//***@')
  const short = masked.length > quotedLengthMax ? `${masked.slice(0, quotedLengthMax)}…` : masked
  return `"${printable(short)}"`
}
