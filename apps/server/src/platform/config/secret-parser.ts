import { repeatedUnit } from '../kernel/repeated-unit.ts'
import { InvalidValue, type Parser } from './setting.ts'

export const secretBytesMin = 32
const secretBytesMax = 1024
const distinctCharactersMin = 10
export const howToCreateSecret = 'Create one with "openssl rand -base64 48".'

/** The master secret. Base64 and hex are not decoded, so the length is that of the text. It is never quoted. */
export function masterSecret(): Parser<string> {
  return {
    range: `a random text of ${secretBytesMin} to ${secretBytesMax} bytes; production refuses repeated and sequential characters`,
    parse(text) {
      const bytes = Buffer.byteLength(text, 'utf8')
      if (bytes < secretBytesMin) {
        throw new InvalidValue(
          `must be ${secretBytesMin} bytes or more; it is ${bytes}. ${howToCreateSecret}`,
        )
      }
      if (bytes > secretBytesMax) {
        throw new InvalidValue(
          `must be ${secretBytesMax} bytes or less; it is ${bytes}. ${howToCreateSecret}`,
        )
      }
      return text
    },
  }
}

/** A text that another system chose, so its form is not known. It is never quoted. */
export function pepper(): Parser<string> {
  return {
    range: `a text of 1 to ${secretBytesMax} bytes`,
    parse(text) {
      if (text !== '' && Buffer.byteLength(text, 'utf8') <= secretBytesMax) return text
      throw new InvalidValue(`must have 1 to ${secretBytesMax} bytes.`)
    },
  }
}

/** A token in the form that a header allows (RFC 6750 §2.1). It is never quoted. */
export function bearerToken(): Parser<string> {
  return {
    range: `${secretBytesMin} to 255 letters, digits and \`-._~+/\`, and \`=\` only at the end`,
    parse(text) {
      if (/^[A-Za-z0-9\-._~+/]+=*$/.test(text) && text.length >= secretBytesMin && text.length <= 255)
        return text
      throw new InvalidValue(
        `must be ${secretBytesMin} to 255 letters, digits and -._~+/ characters. ${howToCreateSecret}`,
      )
    },
  }
}

/** A secret that other programs share, of 256 bits or more (RFC 7518 §3.2). The text itself is the key. It is never quoted. */
export function sharedSecret(): Parser<string> {
  const { parse } = masterSecret()
  return {
    range: `a random text of ${secretBytesMin} to ${secretBytesMax} bytes that nothing else uses`,
    parse(text) {
      const secret = parse(text)
      // Also in development: an attacker who guesses it can act as anyone at the programs that share it.
      const weakness = findWeakness(secret)
      if (weakness !== null) throw new InvalidValue(`is too easy to guess: ${weakness}. ${howToCreateSecret}`)
      return secret
    },
  }
}

/** A key of webhooks in the form of Standard Webhooks: base64, perhaps after `whsec_`. It is never quoted. */
export function webhookKey(): Parser<Uint8Array> {
  const [min, max] = [24, 64]
  return {
    range: `${min} to ${max} random bytes in base64`,
    parse(text) {
      const base64 = text.replace(/^whsec_/, '')
      const key = Buffer.from(base64, 'base64')
      const isExact = key.toString('base64').replaceAll('=', '') === base64.replaceAll('=', '')
      if (isExact && key.length >= min && key.length <= max) return key
      throw new InvalidValue(
        `must be ${min} to ${max} random bytes in base64. Create it with "openssl rand -base64 32".`,
      )
    },
  }
}

const previousMax = 3

/** Former master secrets, or the next one. The rules of the master secret apply to each. They are never quoted. */
export function previousSecrets(): Parser<readonly string[]> {
  const secret = masterSecret()
  return {
    range: `one to ${previousMax} master secrets, each on its own line`,
    parse(text) {
      const lines = text.split(/\r?\n/)
      if (lines.length > previousMax) {
        throw new InvalidValue(`must be ${previousMax} lines or fewer; it is ${lines.length}.`)
      }
      return lines.map((line, index) => {
        try {
          return secret.parse(line)
        } catch (error) {
          if (!(error instanceof InvalidValue) || lines.length === 1) throw error
          throw new InvalidValue(`has a line ${index + 1} that ${error.message}`)
        }
      })
    },
  }
}

/**
 * Every key is derived from this one secret, so an attacker who guesses it can sign as anyone. This finds texts of
 * little entropy (NIST SP 800-63B-4 §3.1.1.2 asks the same of passwords). A generated secret passes.
 */
export function findWeakness(text: string): string | null {
  if (new Set(text).size < distinctCharactersMin) {
    return `it has fewer than ${distinctCharactersMin} different characters`
  }
  if (Buffer.byteLength(repeatedUnit(text) ?? text, 'utf8') < secretBytesMin)
    return 'it repeats a shorter text'
  if (sequenceShare(text) > 0.5) return 'more than half of it is a sequence, such as abc or 123'
  return null
}

/** The share of characters that equal the previous one, or are next to it in the alphabet. */
function sequenceShare(text: string): number {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0)
  const followers = codes.filter((code, index) => index > 0 && Math.abs(code - (codes[index - 1] ?? 0)) <= 1)
  return followers.length / codes.length
}
