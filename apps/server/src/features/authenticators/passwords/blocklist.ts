import { repeatedUnit } from '../../../platform/kernel/repeated-unit.ts'
import { countPieces } from './pieces.ts'

/** How many pieces may surround a common password without making it a different one: "Password2024!" has five. */
const edgePiecesMax = 5
/** Shorter words of the list occur in many passwords by chance. */
const wordLengthMin = 4

let loading: Promise<ReadonlySet<string>> | null = null

/**
 * True if the password is one of the first that an attacker tries (NIST SP 800-63B-4 §3.1.1.2, ASVS 5.0 §6.2.4 and
 * §6.2.12): one of the 49,000 most common passwords, one of them repeated, or one of them with a few digits and signs
 * before or after. NIST compares the entire password. The last rule goes further, because people and cracking tools
 * both add a digit and a sign. It never matches a phrase: all letters must belong to one entry of the list.
 */
export async function isCommonPassword(password: string): Promise<boolean> {
  const words = await loadWords()
  // The list is in lower case, and attackers try all capitalizations.
  const text = password.normalize('NFKC').toLowerCase()
  const unit = repeatedUnit(text)
  return (
    words.has(text) || (unit !== null && words.has(unit)) || coresOf(text).some((core) => words.has(core))
  )
}

/** Loads the list when the server has started (about 30 ms and 5 MB). Otherwise the first call would wait for it. */
export async function warmUpBlocklist(): Promise<void> {
  await loadWords()
}

function loadWords(): Promise<ReadonlySet<string>> {
  loading ??= readWords()
  return loading
}

async function readWords(): Promise<ReadonlySet<string>> {
  const { dictionary } = await import('@zxcvbn-ts/language-common')
  return new Set(dictionary['passwords-common'].filter((word) => word.length >= wordLengthMin))
}

/** The text without the signs at both ends ("trustno1!"), and without signs and digits there ("!Dragon99"). */
function coresOf(text: string): string[] {
  return [coreOf(text, isLetterOrDigit), coreOf(text, isLetter)].filter((core) => core !== null)
}

const isLetter = /\p{L}/u
const isLetterOrDigit = /[\p{L}\p{N}]/u

function coreOf(text: string, kept: RegExp): string | null {
  const characters = Array.from(text)
  const start = characters.findIndex((character) => kept.test(character))
  const end = characters.findLastIndex((character) => kept.test(character)) + 1
  const edges = [characters.slice(0, start), characters.slice(end)].map((edge) => countPieces(edge.join('')))
  const [before = 0, after = 0] = edges
  return start >= 0 && before + after <= edgePiecesMax ? characters.slice(start, end).join('') : null
}
