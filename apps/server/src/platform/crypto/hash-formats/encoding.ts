import { createHmac, hash } from 'node:crypto'
import { passwordUnitsMax } from '../password-text.ts'

/** What an encoding needs besides the password. */
export interface EncodingContext {
  readonly salt: Buffer
  /** What another system appended to every password; null if this server does not have it. */
  readonly pepper: string | null
}

type Encode = (password: string, context: EncodingContext) => Buffer | null

/** bcrypt reads only this many bytes. Two passwords that differ only after that would match the same hash. */
const bcryptBytesMax = 72
/** libxcrypt refuses longer ones. The time of these functions grows with the length of the password. */
const cryptBytesMax = 511

/** bcrypt's own Base64, in which Passlib writes the salt that it also uses as a key. */
const bcryptAlphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const base64Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

/**
 * How a system turned a password into the bytes that it hashed. Null if that system would not have read the password in
 * full: then it is wrong, even if its beginning is right (A46). The names are stored, so they never change.
 */
const encodings = {
  typed: (password) => Buffer.from(password),
  nfkc: (password) => Buffer.from(password.normalize('NFKC')),
  /** A C string ends at a NUL. */
  crypt: (password) => bounded(password, cryptBytesMax),
  bcrypt: (password) => bounded(password, bcryptBytesMax),
  /** Devise appends the pepper and lets bcrypt cut both off, so only the password itself must fit. */
  'bcrypt-pepper': (password, { pepper }) => {
    if (pepper === null) throw new MissingPepper()
    const bytes = bounded(password, bcryptBytesMax)
    return bytes === null ? null : Buffer.concat([bytes, Buffer.from(pepper)])
  },
  'sha256-hex': (password) => Buffer.from(hash('sha256', password, 'hex')),
  'sha256-base64': (password) => Buffer.from(hash('sha256', password, 'base64')),
  'hmac-sha256-base64': (password, { salt }) =>
    Buffer.from(createHmac('sha256', bcryptText(salt)).update(password).digest('base64')),
} as const satisfies Readonly<Record<string, Encode>>

export type EncodingName = keyof typeof encodings

/** Needs the pepper of another system. */
export const pepperedEncoding: EncodingName = 'bcrypt-pepper'

export class MissingPepper extends Error {
  constructor() {
    super(
      'A stored password hash needs the pepper of the system that made it. Set PROXIMA_IMPORTED_PEPPER on every server.',
    )
    this.name = 'MissingPepper'
  }
}

export function isEncoding(name: string): name is EncodingName {
  return Object.hasOwn(encodings, name)
}

/** @returns null if no hash of this kind can be of this password */
export function encode(name: EncodingName, password: string, context: EncodingContext): Buffer | null {
  // A lone surrogate has no UTF-8 form: it would be hashed as U+FFFD, and so would every other one.
  if (password.length > passwordUnitsMax || !password.isWellFormed()) return null
  return encodings[name](password, context)
}

function bounded(password: string, bytesMax: number): Buffer | null {
  const bytes = Buffer.from(password)
  return bytes.length > bytesMax || bytes.includes(0) ? null : bytes
}

/** A salt as bcrypt writes it: 22 characters. */
export function bcryptText(salt: Buffer): string {
  return translate(salt.toString('base64').replaceAll('=', ''), base64Alphabet, bcryptAlphabet)
}

export function bcryptBytes(text: string): Buffer {
  return Buffer.from(translate(text, bcryptAlphabet, base64Alphabet), 'base64')
}

function translate(text: string, from: string, to: string): string {
  return [...text].map((character) => to[from.indexOf(character)]).join('')
}
