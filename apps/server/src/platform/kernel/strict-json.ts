/**
 * Limits for JSON that every reader understands in the same way (I-JSON, RFC 7493). JSON.parse keeps the last of two
 * members with one name, and another reader may keep the first (RFC 8259 §4 leaves it open). A request that two
 * programs read differently can get around a check.
 */
export interface StrictJsonLimits {
  /** The depth of nested containers: `[]` has 1, `[{}]` has 2, a bare string has 0. */
  readonly depthMax: number
}

/** Its message may be shown to the caller: it never quotes a value, which may be a password. */
export class StrictJsonError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'StrictJsonError'
  }
}

/**
 * Parses as JSON.parse does, in time that is linear in the text.
 * @throws StrictJsonError if the text is not JSON, names a member twice in one object, names one `__proto__`, is nested
 * too deeply, or contains half of a surrogate pair
 */
export function parseStrictJson(text: string, limits: StrictJsonLimits): unknown {
  const value = parse(text)
  if (!text.isWellFormed()) throw new StrictJsonError(loneSurrogate)
  scan(text, limits.depthMax)
  return value
}

// RFC 7493 §2.1: such text cannot be written as UTF-8, so PostgreSQL and every strict client refuse it later (A20).
const loneSurrogate = 'A string contains half of a UTF-16 surrogate pair, which is not a character.'

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    // The message of the engine quotes the text around the error, even a password. Only the position is kept.
    const position =
      error instanceof Error ? / at position (\d+)(?: \(.*\))?$/.exec(error.message)?.[1] : undefined
    throw new StrictJsonError(
      `The text is not valid JSON${position ? ` (error at character ${position})` : ''}.`,
    )
  }
}

const quote = 0x22
const comma = 0x2c
const backslash = 0x5c
const openBracket = 0x5b
const closeBracket = 0x5d
const openBrace = 0x7b
const closeBrace = 0x7d

/** An object becomes a set at its first name, so that empty objects stay cheap: 64 KiB can hold 20,000 of them. */
type Container = 'array' | 'object' | Set<string>

/** Expects valid JSON. There, only these few characters matter. */
function scan(text: string, depthMax: number): void {
  const hasSurrogateEscapes = /\\u[dD]/.test(text)
  // The open containers, outermost first. A list instead of recursion, so that no depth overflows the stack.
  const open: Container[] = []
  let nameIsNext = false
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quote: {
        const end = endOfString(text, at)
        if (nameIsNext) addName(open, decodeString(text, at, end))
        else if (hasSurrogateEscapes) decodeString(text, at, end)
        nameIsNext = false
        at = end
        break
      }
      case openBrace:
      case openBracket:
        if (open.length === depthMax) {
          throw new StrictJsonError(`The JSON is nested deeper than ${depthMax} levels.`)
        }
        nameIsNext = text.charCodeAt(at) === openBrace
        open.push(nameIsNext ? 'object' : 'array')
        break
      case closeBrace:
      case closeBracket:
        open.pop()
        nameIsNext = false
        break
      case comma:
        nameIsNext = open.at(-1) !== 'array'
        break
    }
  }
}

/** The index of the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1
  for (;;) {
    const code = text.charCodeAt(at)
    if (code === quote) return at
    at += code === backslash ? 2 : 1
  }
}

/** Decodes a string, because `"a"` and `"\u0061"` are one name (RFC 7493 §2.3). */
function decodeString(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end)
  if (!inner.includes('\\')) return inner
  const value = JSON.parse(text.slice(start, end + 1)) as string
  if (!value.isWellFormed()) throw new StrictJsonError(loneSurrogate)
  return value
}

function addName(open: Container[], name: string): void {
  // Harmless in the result of JSON.parse, but it sets the prototype of an object that the member is copied to (A05).
  if (name === '__proto__') throw new StrictJsonError('A member may not be named "__proto__".')
  const innermost = open.at(-1)
  if (!(innermost instanceof Set)) {
    open[open.length - 1] = new Set([name])
    return
  }
  if (innermost.has(name)) {
    throw new StrictJsonError(
      `The member name ${JSON.stringify(name.slice(0, 64))} appears twice in one object.`,
    )
  }
  innermost.add(name)
}
