import type { Transaction } from '../../../platform/database/tables.ts'
import type { AccountId, SessionId } from '../../../platform/kernel/ids.ts'
import type { OwnedSession } from '../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { RevocationsService } from '../../safeguards/revocations/service.ts'
import type { GrantedSessionsRepository } from './granted/repository.ts'
import type { LastSeenService } from './last-seen/service.ts'
import type { SessionsRepository } from './repository.ts'

/** Every engine accepts this many rows in one statement. */
const endedAtOnce = 500

interface EndSessionsOptions {
  readonly revocations: Pick<RevocationsService, 'recordSessions'>
  readonly sessions: Pick<SessionsRepository, 'deleteByAccount'>
  /** The one that stays; null if none does. */
  readonly except: SessionId | null
}

/** Ends the sessions of an account, in batches, and tells other services. */
export async function endSessions(
  transaction: Transaction,
  accountId: AccountId,
  { revocations, sessions, except }: EndSessionsOptions,
): Promise<void> {
  let ended: SessionId[]
  do {
    ended = await sessions.deleteByAccount(transaction, accountId, { except, limit: endedAtOnce })
    await revocations.recordSessions(transaction, accountId, ended)
  } while (ended.length === endedAtOnce)
}

interface EndSurplusOptions {
  readonly audit: Pick<AuditService, 'success'>
  readonly lastSeen: Pick<LastSeenService, 'storeAmong'>
  readonly revocations: Pick<RevocationsService, 'recordSessions'>
  readonly granted: Pick<GrantedSessionsRepository, 'deleteChildren'>
  readonly sessions: Pick<SessionsRepository, 'delete' | 'listSurplus'>
  readonly perAccountMax: number
}

/** Ends the sessions beyond the maximum, the least recently used first, but not the one that has just begun. */
export async function endSurplus(
  transaction: Transaction,
  begun: OwnedSession,
  context: RequestContext,
  { audit, granted, lastSeen, perAccountMax, revocations, sessions }: EndSurplusOptions,
): Promise<void> {
  const { accountId } = begun
  const surplus = { keep: perAccountMax - 1, limit: endedAtOnce }
  let ids = await sessions.listSurplus(transaction, begun, surplus)
  // If one of them was used just now, others may have been used less recently.
  if (await lastSeen.storeAmong(transaction, ids))
    ids = await sessions.listSurplus(transaction, begun, surplus)
  for (const sessionId of ids) {
    if (await sessions.delete(transaction, accountId, sessionId)) {
      const children = await granted.deleteChildren(transaction, sessionId)
      await revocations.recordSessions(transaction, accountId, [sessionId, ...children])
    }
    await audit.success(transaction, 'session_displacement', { accountId, sessionId }, context)
  }
}
