import type { Username } from '../../../users/accounts/identifiers/username.ts'
import type { Note } from '../model.ts'
import type { Candidate, CandidateSecret } from '../rows/model.ts'
import { renamed } from '../rows/new-username.ts'
import type { Decision } from './decide.ts'

export interface Applied {
  readonly candidate: Candidate
  readonly notes: readonly Note[]
}

type Rules = {
  readonly isReserved: (username: Username) => boolean
  readonly rolesOf: (value: string) => readonly string[]
}

/** The candidate with what the answers leave of it. */
export function applyDecision(candidate: Candidate, decision: Decision, rules: Rules): Applied {
  const { lost, roleValues, secretForm } = decision
  const isLost = (kind: 'username' | 'email' | 'phone_number') => lost.includes(kind)
  const { username } = candidate
  const next =
    username !== null && isLost('username')
      ? renamed(username.given, candidate.key, rules.isReserved)
      : username
  const given = roleValues.flatMap(rules.rolesOf)
  return {
    candidate: {
      ...candidate,
      username: next,
      email: isLost('email') ? null : candidate.email,
      phoneNumber: isLost('phone_number') ? null : candidate.phoneNumber,
      roles: [...new Set([...candidate.roles, ...given])],
      password: clear(candidate.password, secretForm),
      userSecret: clear(candidate.userSecret, secretForm),
    },
    notes: notesOf(candidate, next, isLost),
  }
}

/** One account for several rows: the first has precedence, and the others fill what it lacks. */
export function mergeCandidates(first: Candidate, others: readonly Candidate[]): Candidate {
  let merged = first
  for (const other of others) merged = mergeTwo(merged, other)
  return merged
}

function mergeTwo(first: Candidate, other: Candidate): Candidate {
  const filled = Object.entries(other).filter(([name]) => first[name as keyof Candidate] === null)
  return {
    ...first,
    ...Object.fromEntries(filled),
    ...verifiedTimes(first, other),
    profile: mergeProfiles(first.profile, other.profile),
    roles: [...new Set([...first.roles, ...other.roles])],
    // A suspended person must not come back with another of their rows.
    isSuspended: first.isSuspended || other.isSuspended,
    createdAt: earliest(first.createdAt, other.createdAt),
  }
}

function mergeProfiles(first: Candidate['profile'], other: Candidate['profile']): Candidate['profile'] {
  const links = { ...other.socialLinks, ...first.socialLinks }
  return { ...other, ...first, ...(Object.keys(links).length > 0 && { socialLinks: links }) }
}

/**
 * What a row has verified counts only for the address of that row, and not for the one that another row gives to the
 * account: its owner could otherwise be someone else (A15).
 */
function verifiedTimes(first: Candidate, other: Candidate) {
  return {
    emailVerifiedAt: verifiedAt([first.email, first.emailVerifiedAt], [other.email, other.emailVerifiedAt]),
    phoneNumberVerifiedAt: verifiedAt(
      [first.phoneNumber, first.phoneNumberVerifiedAt],
      [other.phoneNumber, other.phoneNumberVerifiedAt],
    ),
  }
}

type Verified = readonly [contact: { readonly canonical: string } | null, at: number | null]

function verifiedAt([contact, at]: Verified, [otherContact, otherAt]: Verified): number | null {
  if (contact === null) return otherContact === null ? null : otherAt
  return at ?? (contact.canonical === otherContact?.canonical ? otherAt : null)
}

function earliest(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other)
}

function clear(secret: CandidateSecret | null, form: 'plain' | 'hash' | null): CandidateSecret | null {
  return secret?.form === 'unclear' && form !== null ? { ...secret, form } : secret
}

function notesOf(
  { email, phoneNumber, username }: Candidate,
  next: Username | null,
  isLost: (kind: 'username' | 'email' | 'phone_number') => boolean,
): Note[] {
  const code = 'answered'
  const dropped = {
    change: 'dropped',
    code,
    detail: 'Your answer gives it to another row or account.',
  } as const
  return [
    ...(next !== username && next !== null
      ? [
          {
            field: 'username',
            change: 'renamed',
            code,
            detail: `It becomes ${next.given}, by your answer.`,
          } as const,
        ]
      : []),
    ...(email !== null && isLost('email') ? [{ field: 'email', ...dropped }] : []),
    ...(phoneNumber !== null && isLost('phone_number') ? [{ field: 'phone_number', ...dropped }] : []),
  ]
}
