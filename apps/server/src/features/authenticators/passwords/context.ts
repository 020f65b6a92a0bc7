/** In code points. Shorter words occur in too many passwords by chance. */
const wordLengthMin = 3
const callingCodeLengthMax = 3
const phoneDigitsMin = 7

export interface ContextFinding {
  /** The words found in the password, as they were given. */
  readonly words: readonly string[]
  /** The letters and digits of the password without those words. */
  readonly rest: string
}

/**
 * Finds words about the user and the service in a password. It ignores case, accents and signs between letters.
 * `context` contains names, a username, an email address, a phone number in E.164 and the name of the service. It also
 * searches for the parts of each.
 */
export function findContext(password: string, context: readonly string[]): ContextFinding {
  const words: string[] = []
  let rest = lettersOf(password)
  for (const { given, letters } of wordsOf(context)) {
    if (!rest.includes(letters)) continue
    words.push(given)
    rest = rest.replaceAll(letters, ' ')
  }
  return { words, rest: rest.replaceAll(' ', '') }
}

interface Word {
  readonly given: string
  readonly letters: string
}

/** Sorted by length, longest first: otherwise "alice" would be removed before "alice@example.com" is searched for. */
function wordsOf(context: readonly string[]): Word[] {
  return context
    .flatMap(partsOf)
    .map((given) => ({ given, letters: lettersOf(given) }))
    .filter(({ letters }) => Array.from(letters).length >= wordLengthMin)
    .sort((one, other) => other.letters.length - one.letters.length)
}

function partsOf(given: string): string[] {
  if (isPhoneNumber(given)) return [given, ...nationalNumbersOf(given)]
  const at = given.lastIndexOf('@')
  if (at < 0) return [given, ...split(given)]
  const local = given.slice(0, at)
  const domain = given.slice(at + 1)
  // The last label is left out: "com" belongs to no one.
  const labels = domain.split('.').slice(0, -1)
  return [given, local, ...split(local), domain, ...labels]
}

function split(text: string): string[] {
  return text.split(/[^\p{L}\p{M}\p{N}]+/u)
}

function isPhoneNumber(text: string): boolean {
  return /^\+?[\d\s().-]+$/.test(text) && lettersOf(text).length >= phoneDigitsMin
}

/** A calling code has one to three digits. Returns the rest for each length: the longest match is found first. */
function nationalNumbersOf(phoneNumber: string): string[] {
  const digits = lettersOf(phoneNumber)
  return Array.from({ length: callingCodeLengthMax }, (_, dropped) => digits.slice(dropped + 1))
}

/** The letters and digits of a text, in lower case and without accents. */
function lettersOf(text: string): string {
  const withoutAccents = text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '')
  return withoutAccents.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '')
}
