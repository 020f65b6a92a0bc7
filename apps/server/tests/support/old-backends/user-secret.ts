import type { OldTable } from './old-database.ts'
import { bcryptOfSecrets, plainSecrets, plainSecretsLikeHashes, sha256OfSecrets } from './old-hashes.ts'

const withoutKey = {
  id: 'varchar(36) primary key',
  username: 'varchar(255) BYTEWISE not null unique',
  user_secret: 'varchar(255) BYTEWISE not null unique',
  created_at: 'TIMESTAMPTZ',
  updated_at: 'TIMESTAMPTZ',
}

const withKey = {
  ...withoutKey,
  key_id: 'varchar(255) not null unique',
  user_secret: 'varchar(255) not null',
}

/** The lengths of the SQL script beside the code. */
const scriptedWithKey = {
  ...withKey,
  username: 'varchar(50) BYTEWISE not null unique',
  key_id: 'varchar(36) not null unique',
  user_secret: 'varchar(64) not null',
}

export interface UserSecretSignIn {
  readonly id: string
  readonly username: string
  /** As its owner sends it. */
  readonly user_secret: string
}

interface Person {
  readonly username: string
  /** The part after the dot, if there is a key. */
  readonly secret: string
  readonly stored: string
}

function id(number: number): string {
  return `0e6b1a44-93a5-4d0a-8a6e-00000000000${number}`
}

function keyId(number: number): string {
  return `c2a7f6de-5f11-4c4e-b1a3-00000000000${number}`
}

function rowsOf(people: readonly Person[], hasKey: boolean) {
  return people.map(({ username, stored }, index) => ({
    id: id(index + 1),
    username,
    ...(hasKey && { key_id: keyId(index + 1) }),
    user_secret: stored,
    created_at: `2025-02-20 03:39:1${index}`,
    // MySQL may have none.
    updated_at: index === 0 ? null : `2025-02-21 03:39:1${index}`,
  }))
}

function signInsOf(people: readonly Person[], hasKey: boolean): UserSecretSignIn[] {
  return people.map(({ username, secret }, index) => ({
    id: id(index + 1),
    username,
    user_secret: hasKey ? `${keyId(index + 1)}.${secret}` : secret,
  }))
}

function generation(people: readonly Person[], columns: Readonly<Record<string, string>>) {
  const hasKey = 'key_id' in columns
  const tables: readonly OldTable[] = [{ name: 'users', columns, rows: rowsOf(people, hasKey) }]
  return { tables, people: signInsOf(people, hasKey) }
}

/** Of the last two, one looks like the other. */
const usernames = ['amina', 'baraka_w', 'paypal-team', 'paypa1-team'] as const

const hashedByBcrypt = bcryptOfSecrets.map(({ secret, hash }, index) => ({
  username: usernames[index] ?? '',
  secret,
  stored: hash,
}))
const hashedBySha256 = sha256OfSecrets.map(({ secret, hash }, index) => ({
  username: usernames[index] ?? '',
  secret,
  stored: hash,
}))

const lookalike = {
  username: usernames[3],
  secret: sha256OfSecrets[0].secret,
  stored: sha256OfSecrets[0].hash,
}

function plain(secrets: readonly string[], names: readonly string[]): Person[] {
  return secrets.map((secret, index) => ({ username: names[index] ?? '', secret, stored: secret }))
}

/**
 * The tables of `user-secret` by generation, with the people who sign in and what they send. The owner of a hash
 * without a key cannot be found, so those people need a new secret.
 */
export const userSecretGenerations = {
  /** As described: the secret itself is stored. The name may be any text. */
  described: generation(plain(plainSecrets, ['amina', 'Мария']), withoutKey),
  /** 12 December 2024: also stored in plain, but each secret looks like a hash. */
  plainLikeHashes: generation(plain(plainSecretsLikeHashes, usernames), withoutKey),
  /** 12 to 13 December: the hash of the whole secret. To the eye it is the same as the generation before. */
  hashesWithoutKey: generation(hashedByBcrypt.slice(0, 2), withoutKey),
  /** 13 to 16 December. */
  sha256: generation(hashedBySha256, withKey),
  /** Since 16 December. */
  bcrypt: generation([...hashedByBcrypt, lookalike], withKey),
  /** The same, in the tables of the script. */
  scripted: generation(hashedByBcrypt, scriptedWithKey),
} as const
