/** Shorter ones are in too many passwords by chance. In code points. */
const wordLengthMin = 3
const callingCodeLengthMax = 3
const phoneDigitsMin = 7

export interface ContextFinding {
  /** The words found, as they were given. */
  readonly words: readonly string[]
  /** What the password has besides them and besides signs. */
  readonly rest: string
}

/**
 * Which of the words that belong to the user or the service are in the password, whatever the case, the accents and
 * the signs between the letters. `context` is what is known, as it is known: names, a username, an email address,
 * a phone number in E.164, the name of the service; each stands for its parts too.
 */
export function findContext(password: string, context: readonly string[]): ContextFinding {
  const words: string[] = []
  let rest = bare(password)
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

/** The longest first, so that "alice" is not taken out of "alice@example.com" before the whole is looked for. */
function wordsOf(context: readonly string[]): Word[] {
  return context
    .flatMap(partsOf)
    .map((given) => ({ given, letters: bare(given) }))
    .filter(({ letters }) => Array.from(letters).length >= wordLengthMin)
    .sort((one, other) => other.letters.length - one.letters.length)
}

function partsOf(given: string): string[] {
  if (isPhoneNumber(given)) return [given, ...nationalNumbersOf(given)]
  const at = given.lastIndexOf('@')
  if (at < 0) return [given, ...split(given)]
  const local = given.slice(0, at)
  const domain = given.slice(at + 1)
  // Without the last label: "com" says nothing about anybody.
  const labels = domain.split('.').slice(0, -1)
  return [given, local, ...split(local), domain, ...labels]
}

function split(text: string): string[] {
  return text.split(/[^\p{L}\p{M}\p{N}]+/u)
}

function isPhoneNumber(text: string): boolean {
  return /^\+?[\d\s().-]+$/.test(text) && bare(text).length >= phoneDigitsMin
}

/** A calling code has one to three digits. Which of them does not matter here: the longest that fits is found. */
function nationalNumbersOf(phoneNumber: string): string[] {
  const digits = bare(phoneNumber)
  return Array.from({ length: callingCodeLengthMax }, (_, dropped) => digits.slice(dropped + 1))
}

/** Letters and digits alone, in lower case and without accents: what one thinks of as the same word. */
function bare(text: string): string {
  const withoutAccents = text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '')
  return withoutAccents.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '')
}
