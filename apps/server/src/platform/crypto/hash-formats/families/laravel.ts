import type { HashFamily } from '../foreign-hash.ts'
import { readArgon2 } from './argon2.ts'
import { readBcrypt } from './bcrypt.ts'

/** What PHP's `password_hash` writes, and so Laravel and Symfony: bcrypt as "$2y$", or argon2. */
export const laravel: HashFamily = {
  name: 'laravel',
  read: (text) => {
    if (text.startsWith('$2')) return readBcrypt(text, 'bcrypt')
    return text.startsWith('$argon2') ? readArgon2(text) : null
  },
}
