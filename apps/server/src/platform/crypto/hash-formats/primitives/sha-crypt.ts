import { hash } from 'node:crypto'
import { cryptText } from './crypt-text.ts'
import { at, type Parameters, type Primitive } from './primitive.ts'
import { fill, repeat } from './rounds.ts'

const roundsMin = 1_000
/** About a second of a core. Passlib's own default is 656,000. */
const roundsMax = 1_000_000
const roundsStrong = 100_000

type Digest = 'sha256' | 'sha512'

/** `[rounds]`: SHA-crypt, version 0.4 of its specification. The digest is its text. */
function shaCrypt(digest: Digest, groups: readonly (readonly number[])[]): Primitive {
  return {
    parameters: 1,
    refuse: (parameters) => {
      const rounds = at(parameters, 0)
      if (rounds < roundsMin)
        return `This SHA-crypt hash has ${rounds} rounds. There are no fewer than ${roundsMin}.`
      if (rounds <= roundsMax) return null
      return `This SHA-crypt hash has ${rounds} rounds. More than 1,000,000 take too long to check.`
    },
    isWeak: (parameters) => at(parameters, 0) < roundsStrong,
    digestBytes: () => (digest === 'sha256' ? 43 : 86),
    seconds: (parameters) => at(parameters, 0) / roundsMax,
    compute: async (password, salt, parameters) =>
      cryptText(await derive(digest, password, salt, parameters), groups),
    steps: { of: (parameters) => at(parameters, 0), make: (steps) => [[steps]] },
  }
}

async function derive(name: Digest, password: Buffer, salt: Buffer, parameters: Parameters): Promise<Buffer> {
  const digest = (...parts: readonly Buffer[]) => hash(name, Buffer.concat(parts), 'buffer')
  const { length } = password
  const mixed = digest(password, salt, password)
  const bits: Buffer[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 2)) bits.push(rest % 2 === 1 ? mixed : password)
  let state = digest(password, salt, fill(mixed, length), ...bits)
  const passwordPart = fill(digest(...Array.from({ length }, () => password)), length)
  const saltRepeats = 16 + state.readUInt8(0)
  const saltPart = fill(digest(...Array.from({ length: saltRepeats }, () => salt)), salt.length)
  const none = Buffer.alloc(0)
  await repeat(at(parameters, 0), (round) => {
    const isOdd = round % 2 === 1
    state = digest(
      isOdd ? passwordPart : state,
      round % 3 === 0 ? none : saltPart,
      round % 7 === 0 ? none : passwordPart,
      isOdd ? state : passwordPart,
    )
  })
  return state
}

/** Each group begins one byte after another byte of the previous group. */
function groupsOf(first: readonly number[], count: number, turn: 1 | 2, last: readonly number[]) {
  const groups = [first]
  while (groups.length < count) {
    const previous = groups.at(-1) ?? first
    groups.push(previous.map((_, place) => (previous[(place + turn) % 3] ?? 0) + 1))
  }
  return [...groups, last]
}

export const sha256Crypt = shaCrypt('sha256', groupsOf([0, 10, 20], 10, 2, [31, 30]))
export const sha512Crypt = shaCrypt('sha512', groupsOf([0, 21, 42], 21, 1, [63]))
