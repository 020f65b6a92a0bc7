import type { RegistrationInput } from '../../apps/server/src/features/authentication/registration/model.ts'

export const sharedPassword = 'correct horse battery staple'

/** A person in a filled database, with everything that is needed to sign in as them. */
export interface Person {
  readonly username: string
  readonly email: string
  /** The secret of an account without a password; null if the account has the shared password. */
  readonly userSecret: string | null
}

const givenNames = ['Amara', 'Bjørn', 'Chloé', 'Dmitri', 'Esther', 'Farah', 'Goran', 'Hana', 'Ivy', 'Juma']
const familyNames = ['Abara', 'Brandt', 'Castro', 'Demir', 'Eriksen', 'Fischer', 'Gallo', 'Horvat', 'Ito']

/** Every second person has a password, and the others a secret. Every fourth also has a phone number. */
export function registrationOf(index: number): RegistrationInput & { username: string; email: string } {
  const givenName = givenNames[index % givenNames.length] ?? ''
  const familyName = familyNames[index % familyNames.length] ?? ''
  const username = `${familyName}.${index}`
  return {
    username,
    email: `${username}@Example.org`,
    givenName,
    familyName,
    ...(hasPassword(index) && { password: sharedPassword }),
    ...(index % 4 === 0 && { phoneNumber: `+2547${String(index).padStart(8, '0')}` }),
  }
}

export function hasPassword(index: number): boolean {
  return index % 2 === 0
}
