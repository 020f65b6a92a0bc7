import { rolesOf, type SecondFactorSetting } from '../kernel/second-factor-rule.ts'
import { choice, integer, items, word } from './parsers.ts'
import { InvalidValue, type Parser, quote } from './setting.ts'

const roleLengthMax = 50

export function secondFactor(): Parser<SecondFactorSetting> {
  const words = choice('off', 'optional', 'required')
  const role = word(roleLengthMax)
  return {
    range: '`off`, `optional`, `required`, or `required-for-roles:` and a comma-separated list of roles',
    parse(text) {
      const setting = text as SecondFactorSetting
      if (rolesOf(setting).length === 0) return parseWord(words, text)
      for (const name of items(text.slice(text.indexOf(':') + 1))) role.parse(name)
      return setting
    },
  }
}

function parseWord(
  words: Parser<'off' | 'optional' | 'required'>,
  text: string,
): 'off' | 'optional' | 'required' {
  try {
    return words.parse(text)
  } catch {
    throw new InvalidValue(
      `must be off, optional, required or required-for-roles:admin,support, not ${quote(text)}.`,
    )
  }
}

/** What NIST SP 800-63B-4 §3.1.1.2 requires of a password that is the only factor, and beside a second factor. */
const nistLengthAlone = 15
const nistLengthWithFactor = 8

/** Accepts a number, or `nist` for the minimum that follows from the second factor. */
export function passwordLength(): Parser<number | 'nist'> {
  const number = integer(8, 64)
  return {
    range: `\`nist\`, or ${number.range}`,
    parse: (text) => (text === 'nist' ? text : number.parse(text)),
  }
}

/** An account that may sign in without a second factor needs a long password. */
export function passwordLengthMin(setting: number | 'nist', secondFactor: SecondFactorSetting): number {
  if (setting !== 'nist') return setting
  return secondFactor === 'required' ? nistLengthWithFactor : nistLengthAlone
}
