import { argon2 } from './families/argon2.ts'
import { bcrypt, devise } from './families/bcrypt.ts'
import { betterAuth } from './families/better-auth.ts'
import { ldap, plainDigests } from './families/digests.ts'
import { django } from './families/django.ts'
import { firebase } from './families/firebase.ts'
import { keycloak } from './families/keycloak.ts'
import { laravel } from './families/laravel.ts'
import { passlib } from './families/passlib.ts'
import { phcScrypt } from './families/phc-scrypt.ts'
import { phpass } from './families/phpass.ts'
import { unixCrypt } from './families/unix-crypt.ts'
import { werkzeug } from './families/werkzeug.ts'
import type { HashFamily, HashHints, Reading } from './foreign-hash.ts'

/** Every family. The first that knows the form of a hash reads it. */
const families: readonly HashFamily[] = [
  ...plainDigests,
  firebase,
  keycloak,
  argon2,
  bcrypt,
  devise,
  laravel,
  passlib,
  phcScrypt,
  django,
  werkzeug,
  betterAuth,
  phpass,
  unixCrypt,
  ldap,
]

/** Reads a hash of any family, or only of the one that the hints name; null if the form is not known. */
export function readByForm(text: string, hints: HashHints): Reading | null {
  for (const family of families) {
    const reading = family.read(text, hints)
    if (reading !== null) return reading
  }
  return null
}
