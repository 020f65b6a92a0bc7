import { type HashFamily, type Reading, readBase64, refused, truncated } from '../foreign-hash.ts'
import { readArgon2 } from './argon2.ts'
import { withWork } from './with-work.ts'

/** The digest of each algorithm, and how many bytes Keycloak makes: early versions made 64 of each. */
const digests: Readonly<Record<string, { readonly name: string; readonly bytes: readonly number[] }>> = {
  pbkdf2: { name: 'sha1', bytes: [20, 64] },
  'pbkdf2-sha256': { name: 'sha256', bytes: [32, 64] },
  'pbkdf2-sha512': { name: 'sha512', bytes: [64] },
}

const expected = 'a password needs "hashIterations" and "algorithm", and "value" and "salt" in Base64'

/**
 * A credential of a realm export: its `credentialData` and its `secretData`, both JSON, one in each line.
 */
export const keycloak: HashFamily = {
  name: 'keycloak',
  read: (text) => {
    const [parameters, secret, ...others] = text.split('\n').map(readObject)
    if (parameters === undefined || secret === undefined || others.length > 0) return null
    if (parameters === null || secret === null) return null
    if (!('hashIterations' in parameters))
      return refused('This Keycloak credential is not a password. The user needs a new one.')
    return parameters['algorithm'] === 'argon2'
      ? readArgon(parameters, secret)
      : readPbkdf2(parameters, secret)
  },
}

type Members = Readonly<Record<string, unknown>>

function readPbkdf2({ algorithm, hashIterations }: Members, secret: Members): Reading {
  const known = Object.entries(digests).find(([name]) => name === algorithm)?.[1]
  if (known === undefined) return refused('This Keycloak hash has an algorithm that Proxima does not know.')
  const [salt, digest] = [bytesOf(secret['salt']), bytesOf(secret['value'])]
  if (
    !Number.isInteger(hashIterations) ||
    salt === null ||
    digest === null ||
    !known.bytes.includes(digest.length)
  )
    return truncated('Keycloak', expected)
  const work = { primitive: `pbkdf2-${known.name}`, parameters: [Number(hashIterations), digest.length] }
  return withWork({ work, encoding: 'typed', salt, digest })
}

/** Keycloak writes the version as 1.0 or 1.3, and each parameter in a list. */
function readArgon({ additionalParameters, hashIterations }: Members, secret: Members): Reading {
  const given = typeof additionalParameters === 'object' ? (additionalParameters as Members | null) : null
  const first = (name: string) => (Array.isArray(given?.[name]) ? String(given[name][0]) : '')
  const version = first('version') === '1.0' ? 16 : 19
  const cost = `m=${first('memory')},t=${String(hashIterations)},p=${first('parallelism')}`
  const parts = [secret['salt'], secret['value']].map((part) => String(part).replaceAll('=', ''))
  return readArgon2(`$argon2${first('type')}$v=${version}$${cost}$${parts.join('$')}`)
}

function bytesOf(value: unknown): Buffer | null {
  return typeof value === 'string' ? readBase64(value) : null
}

/** Null if the text is no JSON object. */
function readObject(text: string): Members | null {
  if (!text.startsWith('{')) return null
  try {
    return JSON.parse(text) as Members
  } catch {
    return null
  }
}
