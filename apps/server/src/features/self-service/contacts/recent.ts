import type { Database } from '../../../platform/database/tables.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { dayMs } from '../../../platform/kernel/durations.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { RecordedEvent } from '../../safeguards/audit/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { ContactKind } from '../../users/accounts/contacts/model.ts'

export interface RecentContactChangesOptions {
  readonly db: Database
  readonly audit: Pick<AuditService, 'search'>
  readonly clock: Clock
  /** 0 if changes cannot be undone. */
  readonly undoDays: number
}

/** A contact that was changed a short time ago, and can still be changed back. */
export interface RecentContactChange {
  readonly kind: ContactKind
  readonly before: string | null
  readonly after: string | null
  readonly at: Date
  readonly undoUntil: Date
}

const listedMax = 10
const kinds: readonly ContactKind[] = ['email', 'phone_number']

/** Finds the changes of contacts that their owner can still undo. */
export class RecentContactChanges {
  readonly #options: RecentContactChangesOptions

  constructor(options: RecentContactChangesOptions) {
    this.#options = options
  }

  /** Newest first. */
  async list(accountId: AccountId): Promise<RecentContactChange[]> {
    const { audit, clock, db, undoDays } = this.#options
    if (undoDays === 0) return []
    const from = new Date(clock.now().getTime() - undoDays * dayMs)
    const changed = { accountId, action: 'contact_change', outcome: 'success', from } as const
    const anyone = { actorId: null, ipAddress: null, reason: null, requestId: null, to: null }
    const page = { before: null, limit: listedMax }
    const events = await audit.search(db, { ...changed, ...anyone }, page)
    return events.flatMap((event) => changeOf(event, undoDays))
  }
}

function changeOf({ at, changes }: RecordedEvent, undoDays: number): RecentContactChange[] {
  const kind = kinds.find((each) => changes !== null && each in changes.after)
  if (kind === undefined || changes === null) return []
  const undoUntil = new Date(at.getTime() + undoDays * dayMs)
  const before = textOf(changes.before[kind])
  return [{ kind, before, after: textOf(changes.after[kind]), at, undoUntil }]
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
