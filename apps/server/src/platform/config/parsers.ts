import { isIP } from 'node:net'
import { resolve } from 'node:path'
import { getCountries } from 'libphonenumber-js/max'
import { InvalidValue, type Parser, quote } from './setting.ts'

export function integer(min: number, max: number): Parser<number> {
  const range = `a whole number from ${min} to ${max}`
  return {
    range,
    parse(text) {
      // Only plain digits: Number() would also take "1e3", "0x10" and " 7 ".
      const value = /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN
      if (!(value >= min && value <= max)) throw new InvalidValue(`must be ${range}, not ${quote(text)}.`)
      return value
    },
  }
}

export function ratio(): Parser<number> {
  return {
    range: 'a number from 0 to 1, such as `0.05`',
    parse(text) {
      const value = /^[01](\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN
      if (!(value >= 0 && value <= 1))
        throw new InvalidValue(`must be a number from 0 to 1, such as 0.05, not ${quote(text)}.`)
      return value
    },
  }
}

export function choice<const T extends string>(...words: readonly T[]): Parser<T> {
  const range = `one of ${words.map((word) => `\`${word}\``).join(', ')}`
  return {
    range,
    parse(text) {
      const word = words.find((candidate) => candidate === text)
      if (word === undefined)
        throw new InvalidValue(`must be one of ${words.join(', ')}, not ${quote(text)}.`)
      return word
    },
  }
}

export function onOff(): Parser<boolean> {
  const words = choice('on', 'off')
  return { range: words.range, parse: (text) => words.parse(text) === 'on' }
}

/** Splits a text at its commas and trims the items. */
export function items(text: string): readonly string[] {
  const list = text.split(',').map((item) => item.trim())
  if (list.includes(''))
    throw new InvalidValue('has an empty item. Put one comma between items and none at the end.')
  const twice = list.find((item, index) => list.indexOf(item) !== index)
  if (twice !== undefined) throw new InvalidValue(`names ${quote(twice)} twice.`)
  return list
}

/** Accepts several of the words, or `none`, because an empty text counts as not set. */
export function choices<const T extends string>(...words: readonly T[]): Parser<readonly T[]> {
  const known = choice(...words)
  return {
    range: `\`none\`, or a comma-separated list of ${words.map((word) => `\`${word}\``).join(', ')}`,
    parse: (text) => (text === 'none' ? [] : items(text).map((item) => known.parse(item))),
  }
}

const usernameLengthMax = 50

/** Accepts several usernames, or `none`. */
export function usernames(): Parser<readonly string[]> {
  const name = word(usernameLengthMax)
  return {
    range: '`none`, or a comma-separated list of usernames',
    parse: (given) => (given === 'none' ? [] : items(given).map((item) => name.parse(item))),
  }
}

const clientId = /^(?:proxima|[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})$/

/** Accepts the ids of several OAuth clients, or `none`. */
export function clientIds(): Parser<readonly string[]> {
  return {
    range: '`none`, or a comma-separated list of client ids and `proxima`',
    parse(given) {
      if (given === 'none') return []
      const ids = items(given)
      const wrong = ids.find((id) => !clientId.test(id))
      if (wrong !== undefined)
        throw new InvalidValue(
          `must name clients by their ids, not ${quote(wrong)}. "proxima clients list" shows them.`,
        )
      return ids
    },
  }
}

// Includes bidirectional controls, which could make a name read as another one on a page or in a mail (A18).
const unprintable = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

export function text(lengthMax: number): Parser<string> {
  return {
    range: `a text on one line, at most ${lengthMax} characters`,
    parse(given) {
      if (given.trim() !== given) throw new InvalidValue('must not begin or end with a space.')
      if (unprintable.test(given)) throw new InvalidValue('must be on one line, without control characters.')
      if (Array.from(given).length > lengthMax)
        throw new InvalidValue(`must not be longer than ${lengthMax} characters.`)
      return given
    },
  }
}

export function word(lengthMax: number): Parser<string> {
  return {
    range: `a text without spaces, at most ${lengthMax} characters`,
    parse(given) {
      if (/\s/.test(given)) throw new InvalidValue('must not contain spaces.')
      return text(lengthMax).parse(given)
    },
  }
}

export function host(): Parser<string> {
  return {
    range: 'an IPv4 or IPv6 address, or a host name',
    parse(given) {
      if (isIP(given) !== 0) return given
      if (given.includes('://'))
        throw new InvalidValue(`must be a host without a scheme, not ${quote(given)}.`)
      if (/^\[.*\]/.test(given))
        throw new InvalidValue(`must be written without brackets, not ${quote(given)}.`)
      if (/:\d+$/.test(given))
        throw new InvalidValue(
          `must not contain a port, but is ${quote(given)}. To choose the port, set PROXIMA_PORT.`,
        )
      // A text of only digits and dots is a wrong address (RFC 1123 §2.1: a top-level label is alphabetic).
      if (given.length <= 253 && hostName.test(given) && !/^[\d.]+$/.test(given)) return given
      throw new InvalidValue(`must be an address such as 0.0.0.0 or ::, or a host name, not ${quote(given)}.`)
    },
  }
}

const hostName = /^[a-z\d]([a-z\d-]{0,61}[a-z\d])?(\.[a-z\d]([a-z\d-]{0,61}[a-z\d])?)*$/i

/** Returns the absolute path. */
export function folder(): Parser<string> {
  return path('folder')
}

/** Returns the absolute path. */
export function file(): Parser<string> {
  return path('file')
}

function path(kind: 'folder' | 'file'): Parser<string> {
  return {
    range: `the path of a ${kind}; a relative path starts at the working directory`,
    parse(given) {
      if (unprintable.test(given)) throw new InvalidValue('must be a path without control characters.')
      return resolve(given)
    },
  }
}

/** Returns the code in capitals. Only regions whose national phone numbers the server can read are valid. */
export function region(): Parser<string> {
  return {
    range: 'an ISO 3166-1 code of two letters, such as `KE`',
    parse(given) {
      const code = given.toUpperCase()
      if (getCountries().some((country) => country === code)) return code
      const hint = code === 'UK' ? ' The code of the United Kingdom is GB.' : ''
      throw new InvalidValue(
        `must be an ISO 3166-1 code of two letters, such as KE, not ${quote(given)}.${hint}`,
      )
    },
  }
}
