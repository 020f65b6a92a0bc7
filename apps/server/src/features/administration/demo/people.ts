import { dayMs } from '../../../platform/kernel/durations.ts'
import type { ImportedAccount } from '../../users/accounts/bulk/service.ts'
import { parseEmail } from '../../users/accounts/identifiers/email.ts'
import { parseUsername } from '../../users/accounts/identifiers/username.ts'
import { type Chance, type DemoOptions, pick } from './model.ts'
import { type Culture, cultures } from './names.data.ts'

/** A made-up person, and what decides what they do. */
export interface DemoPerson {
  readonly account: ImportedAccount
  readonly createdAt: number
  readonly isSuspended: boolean
  /** How often they sign in on a weekday: 0 to 1. */
  readonly eagerness: number
  readonly method: 'password' | 'user_secret'
  readonly ipAddress: string
  readonly device: string
}

const devices = [
  'Chrome on Android',
  'Safari on iOS',
  'Firefox on Windows',
  'Chrome on Windows',
  'Safari on macOS',
  'Firefox on Linux',
  'Opera on Android',
] as const

/** Domains that are reserved (RFC 2606 §3), so that no message reaches anyone. */
const domains = ['example.com', 'example.org', 'example.net'] as const

/** How many of them were there before the first day. */
const earlierShare = 0.4
const earlierDays = 700

/** @param now the people join before */
export function demoPeople({ people, days }: DemoOptions, chance: Chance, now: Date): DemoPerson[] {
  const taken = new Set<string>()
  return Array.from({ length: people }, (_, index) => {
    const isEarly = index < people * earlierShare
    const daysAgo = isEarly ? days + chance() * earlierDays : (1 - Math.sqrt(chance())) * days
    const createdAt = Math.floor(now.getTime() - daysAgo * dayMs)
    return demoPerson(chance, taken, createdAt)
  })
}

function demoPerson(chance: Chance, taken: Set<string>, createdAt: number): DemoPerson {
  const culture = pick(chance, cultures)
  const [given, givenSpelt] = pick(chance, culture.givenNames)
  const [family, familySpelt] = pick(chance, culture.familyNames)
  const name = freeName(`${givenSpelt}.${familySpelt}`.toLowerCase(), taken)
  const email = parseEmail(`${name}@${pick(chance, domains)}`)
  const username = parseUsername(name)
  const isVerified = chance() < 0.85
  const isSuspended = chance() < 0.02
  const account: ImportedAccount = {
    username: username.ok ? username.value : null,
    email: email.ok ? email.value : null,
    phoneNumber: null,
    fullName: fullNameOf(culture, given, family),
    givenName: given,
    familyName: family,
    address: null,
    nationalId: null,
    emailVerifiedAt: isVerified ? createdAt : null,
    phoneNumberVerifiedAt: null,
    locale: culture.locale,
    createdAt,
    isSuspended,
  }
  return {
    account,
    createdAt,
    isSuspended,
    eagerness: chance() ** 2 * 0.9,
    method: chance() < 0.85 ? 'password' : 'user_secret',
    ipAddress: `${culture.network}.${1 + Math.floor(chance() * 254)}`,
    device: pick(chance, devices),
  }
}

function fullNameOf({ isFamilyFirst }: Culture, given: string, family: string): string {
  return isFamilyFirst === true ? `${family} ${given}` : `${given} ${family}`
}

function freeName(name: string, taken: Set<string>): string {
  let free = name
  for (let number = 2; taken.has(free); number++) free = `${name}${number}`
  taken.add(free)
  return free
}
