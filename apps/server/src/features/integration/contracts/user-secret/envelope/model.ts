/** What the old schema checked (422). */
export const usernamePattern = /^[a-zA-Z0-9_-]+$/

/** What the old service checked after it (400), each with its sentence. */
const rules: readonly (readonly [isBroken: (username: string) => boolean, sentence: string])[] = [
  [(username) => !/^[a-zA-Z]/.test(username), 'Username must start with a letter'],
  [(username) => /__|--/.test(username), 'Username cannot contain consecutive underscores or hyphens'],
  // A year, or any other number of four digits.
  [(username) => /[1-9]\d{3}/.test(username), 'Username cannot contain a number from 1000 to 9999'],
  [(username) => /^(?:admin|root|system)$/i.test(username), 'This username is reserved'],
]

/** @returns the sentence of the first rule that the username breaks; null if it breaks none */
export function brokenUsernameRule(username: string): string | null {
  return rules.find(([isBroken]) => isBroken(username))?.[1] ?? null
}

/** True for `key id.secret`, and for the secrets of this server, which an owner may have got from the native API. */
export function isKeyed(secret: string): boolean {
  return secret.includes('.') || secret.startsWith('pxu_')
}
