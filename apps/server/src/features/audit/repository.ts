import type { Database } from '../../platform/database/tables.ts'
import type { AuditEvent } from './model.ts'

export class AuditRepository {
  async insert(db: Database, id: string, event: AuditEvent, at: Date): Promise<void> {
    const row = {
      id,
      action: event.action,
      outcome: event.outcome,
      account_id: event.accountId,
      session_id: event.sessionId,
      method: event.method,
      ip_address: event.ipAddress,
      at: at.getTime(),
    }
    await db.insertInto('audit_events').values(row).execute()
  }
}
