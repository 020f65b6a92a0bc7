import { hash, randomBytes } from 'node:crypto'
import { type AccountId, uuidOf } from '../../../../platform/kernel/ids.ts'
import { type EventRow, isPseudonym, type People, type Person, UnknownPerson } from './model.ts'

/**
 * What the chain holds of an event. A person stands in it as a pseudonym, and what identifies them as a salted digest.
 * The erasure of an account stores the pseudonym and the digests in place of the values, and deletes the salt. So the
 * digest of the event stays the same, and no one can try out values against it (GDPR art. 17; A33).
 */
const version = 'proxima-audit-event-1'

export function newPerson(accountId: AccountId): Person {
  return { account_id: accountId, pseudonym: newPseudonym(), salt: randomBytes(32).toString('base64url') }
}

/** 32 bytes. */
export function digestOf(event: EventRow, people: People): Buffer {
  const { id, action, outcome, method, reason, target, at, occurrences, account_id, actor_id } = event
  return hash(
    'sha256',
    JSON.stringify([
      version,
      ...[id, action, outcome, method, reason, target, at, occurrences],
      ...[pseudonymOf(account_id, people), pseudonymOf(actor_id, people)],
      ...[
        event.subject_digest ?? subjectDigest(event, people),
        event.origin_digest ?? originDigest(event, people),
      ],
    ]),
    'buffer',
  )
}

/** Of what the event says about the account that it is about. */
export function subjectDigest({ id, account_id, session_id, changes }: EventRow, people: People): string {
  return digestParts(['subject', saltOf(account_id, people), id, session_id, changes])
}

/** Of what it says about the caller. If they are not signed in, they may be the owner of the account. */
export function originDigest(event: EventRow, people: People): string {
  const { id, account_id, actor_id, credential_id, request_id, ip_address, device } = event
  const salt = saltOf(actor_id ?? account_id, people)
  return digestParts(['origin', salt, id, credential_id, request_id, ip_address, device])
}

function digestParts(parts: readonly (string | null)[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url')
}

function pseudonymOf(id: AccountId | null, people: People): string | null {
  return id === null || isPseudonym(id) ? id : personOf(id, people).pseudonym
}

// An event without a person has no salt: there is no one to forget.
function saltOf(id: AccountId | null, people: People): string {
  return id === null || isPseudonym(id) ? '' : personOf(id, people).salt
}

function personOf(id: AccountId, people: People): Person {
  const person = people.get(id)
  if (person === undefined) throw new UnknownPerson(id)
  return person
}

function newPseudonym(): AccountId {
  const bytes = randomBytes(16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return uuidOf(bytes) as AccountId
}
