import { type Parser, Refused } from './setting.ts'

export const secretBytesMin = 32
const secretBytesMax = 1024
const distinctCharactersMin = 10
export const howTo = 'Make one with: openssl rand -base64 48'

/** The master secret. Its strength is that of its text: base64 and hex are not decoded. Never quoted. */
export function masterSecret(): Parser<string> {
  return {
    range: `a text of ${secretBytesMin} to ${secretBytesMax} bytes that no one can guess; production refuses repeated and sequential characters`,
    parse(text) {
      const bytes = Buffer.byteLength(text, 'utf8')
      if (bytes < secretBytesMin) {
        throw new Refused(`must be ${secretBytesMin} bytes or more; it is ${bytes}. ${howTo}`)
      }
      if (bytes > secretBytesMax) {
        throw new Refused(`must be ${secretBytesMax} bytes or less; it is ${bytes}. ${howTo}`)
      }
      return text
    },
  }
}

/** As it stands in a header (RFC 6750 §2.1). Never quoted. */
export function bearerToken(): Parser<string> {
  return {
    range: `${secretBytesMin} to 255 letters, digits and \`-._~+/\`, with \`=\` at the end at the most`,
    parse(text) {
      if (/^[A-Za-z0-9\-._~+/]+=*$/.test(text) && text.length >= secretBytesMin && text.length <= 255)
        return text
      throw new Refused(`must be ${secretBytesMin} to 255 letters, digits and -._~+/ characters. ${howTo}`)
    },
  }
}

const previousMax = 3

/** Held to the same rules, for each was the master secret once, or is to be. Never quoted. */
export function previousSecrets(): Parser<readonly string[]> {
  const secret = masterSecret()
  return {
    range: `one to ${previousMax} master secrets, a line each`,
    parse(text) {
      const lines = text.split(/\r?\n/)
      if (lines.length > previousMax) {
        throw new Refused(`must be ${previousMax} lines or fewer; it is ${lines.length}.`)
      }
      return lines.map((line, index) => {
        try {
          return secret.parse(line)
        } catch (error) {
          if (!(error instanceof Refused) || lines.length === 1) throw error
          throw new Refused(`has a line ${index + 1} that ${error.message}`)
        }
      })
    },
  }
}

/**
 * Every key is derived from this one secret, so an attacker who guesses it can sign as anyone. This finds texts of
 * little entropy (NIST SP 800-63B-4 §3.1.1.2 asks the same of passwords); a generated secret passes.
 */
export function findWeakness(text: string): string | null {
  if (new Set(text).size < distinctCharactersMin) {
    return `it has fewer than ${distinctCharactersMin} different characters`
  }
  if (Buffer.byteLength(repeatedUnit(text), 'utf8') < secretBytesMin) return 'it repeats a shorter text'
  if (sequenceShare(text) > 0.5) return 'it runs through the alphabet, the digits or the like'
  return null
}

/** "abcabcab" gives "abc"; a text that does not repeat gives itself. */
function repeatedUnit(text: string): string {
  for (let length = 1; length <= text.length / 2; length++) {
    if (text.slice(length) === text.slice(0, -length)) return text.slice(0, length)
  }
  return text
}

/** The share of characters that follow from the one before: the same one, the next one or the last one. */
function sequenceShare(text: string): number {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0)
  const followers = codes.filter((code, index) => index > 0 && Math.abs(code - (codes[index - 1] ?? 0)) <= 1)
  return followers.length / codes.length
}
