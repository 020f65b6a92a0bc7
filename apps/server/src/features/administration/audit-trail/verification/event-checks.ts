import type { Database } from '../../../../platform/database/tables.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import {
  accountsIn,
  isPseudonym,
  type People,
  UnknownPerson,
} from '../../../safeguards/audit/people/model.ts'
import type { AuditPeople } from '../../../safeguards/audit/people/service.ts'
import { itemsOf } from './pages.ts'
import { type Place, type SealedRow, startOfTrail, type VerificationRepository } from './repository.ts'

/** An event as it is stored, and what is to be said of it alone. */
export interface ReadEvent {
  readonly row: SealedRow
  /** Null if it cannot be computed: the person whom the event names is unknown to the chain. */
  readonly digest: Buffer | null
  /** False if something in it was replaced by a pseudonym or a digest, and no erasure explains it. */
  readonly isExplained: boolean
}

export interface EventChecksOptions {
  readonly db: Database
  readonly trail: VerificationRepository
  readonly auditPeople: Pick<AuditPeople, 'digestOf' | 'find'>
}

const pageRows = 1_000

/** Every sealed event after a place, in the order of the trail. */
export async function* readEvents(
  options: EventChecksOptions,
  after: Place = startOfTrail,
): AsyncGenerator<ReadEvent, undefined> {
  const { db, trail } = options
  const read = async (last: ReadEvent | null) => {
    const rows = await trail.listEvents(db, last?.row ?? after, pageRows)
    return await checkPage(options, rows)
  }
  yield* itemsOf(read)
}

async function checkPage(
  { auditPeople, db, trail }: EventChecksOptions,
  rows: readonly SealedRow[],
): Promise<ReadEvent[]> {
  const people = await auditPeople.find(db, [...new Set(rows.flatMap(accountsIn))])
  const erased = new Set(await trail.listErased(db, [...new Set(rows.flatMap(pseudonymsIn))]))
  return rows.map((row) => ({
    row,
    digest: digestOrNull(auditPeople, row, people),
    isExplained: isConsistent(row) && pseudonymsIn(row).every((pseudonym) => erased.has(pseudonym)),
  }))
}

function digestOrNull(
  auditPeople: EventChecksOptions['auditPeople'],
  row: SealedRow,
  people: People,
): Buffer | null {
  try {
    return auditPeople.digestOf(row, people)
  } catch (error) {
    if (error instanceof UnknownPerson) return null
    throw error
  }
}

function pseudonymsIn({ account_id, actor_id }: SealedRow): AccountId[] {
  return [account_id, actor_id].filter((id): id is AccountId => id !== null && isPseudonym(id))
}

/** A digest stands only for values that are gone, and only for those of an erased person. */
function isConsistent(row: SealedRow): boolean {
  const subject = [row.session_id, row.changes]
  const origin = [row.credential_id, row.request_id, row.ip_address, row.device]
  return (
    standsAlone(row.subject_digest, subject, row.account_id) &&
    standsAlone(row.origin_digest, origin, row.actor_id ?? row.account_id)
  )
}

function standsAlone(
  digest: string | null,
  values: readonly (string | null)[],
  person: AccountId | null,
): boolean {
  if (digest === null) return true
  return values.every((value) => value === null) && person !== null && isPseudonym(person)
}
