import type { Selectable } from 'kysely'
import { changesRows } from '../../../platform/database/changed-rows.ts'
import type { ConsentsTable } from '../../../platform/database/client-tables.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { type AccountId, type ClientId, lowestId } from '../../../platform/kernel/ids.ts'
import type { Consent, ConsentKey, ListedConsent } from './model.ts'

export class ConsentsRepository {
  async find(db: Database, { accountId, clientId }: ConsentKey): Promise<Consent | null> {
    const row = await db
      .selectFrom('consents')
      .select(['client_id', 'scope', 'granted_at', 'last_used_at'])
      .where('account_id', '=', accountId)
      .where('client_id', '=', clientId)
      .executeTakeFirst()
    return row === undefined ? null : toConsent(row)
  }

  /** In the order in which the clients were created. */
  async list(
    db: Database,
    accountId: AccountId,
    { after, limit }: { readonly after: ClientId | null; readonly limit: number },
  ): Promise<ListedConsent[]> {
    const rows = await db
      .selectFrom('consents')
      .innerJoin('clients', 'clients.id', 'consents.client_id')
      .leftJoin('client_applications', 'client_applications.client_id', 'consents.client_id')
      .select(['consents.client_id', 'consents.scope', 'consents.granted_at', 'consents.last_used_at'])
      .select(['clients.name', 'client_applications.logo_uri', 'client_applications.client_uri'])
      .select(['client_applications.policy_uri', 'client_applications.tos_uri'])
      .where('consents.account_id', '=', accountId)
      .where('consents.client_id', '>', after ?? lowestId)
      .orderBy('consents.client_id')
      .limit(limit)
      .execute()
    return rows.map((row) => ({
      ...toConsent(row),
      client: {
        name: row.name,
        logoUri: row.logo_uri,
        clientUri: row.client_uri,
        policyUri: row.policy_uri,
        tosUri: row.tos_uri,
      },
    }))
  }

  async insert(db: Transaction, { accountId, ...consent }: ConsentKey & Consent): Promise<void> {
    const { clientId, scope, grantedAt } = consent
    await db
      .insertInto('consents')
      .values({
        account_id: accountId,
        client_id: clientId,
        scope: scope.join(' '),
        granted_at: grantedAt.getTime(),
        last_used_at: null,
      })
      .execute()
  }

  async extend(
    db: Transaction,
    { accountId, clientId }: ConsentKey,
    { scope, grantedAt }: Pick<Consent, 'scope' | 'grantedAt'>,
  ): Promise<void> {
    await db
      .updateTable('consents')
      .set({ scope: scope.join(' '), granted_at: grantedAt.getTime() })
      .where('account_id', '=', accountId)
      .where('client_id', '=', clientId)
      .execute()
  }

  /** Stores a use, unless one was stored at or after `since`. */
  async markUsed(
    db: Database,
    { accountId, clientId }: ConsentKey,
    { now, since }: { readonly now: Date; readonly since: Date },
  ): Promise<void> {
    await db
      .updateTable('consents')
      .set({ last_used_at: now.getTime() })
      .where('account_id', '=', accountId)
      .where('client_id', '=', clientId)
      .where((where) =>
        where.or([where('last_used_at', 'is', null), where('last_used_at', '<', since.getTime())]),
      )
      .execute()
  }

  /** @returns whether the account had allowed the client anything */
  async delete(db: Transaction, { accountId, clientId }: ConsentKey): Promise<boolean> {
    const own = db.deleteFrom('consents').where('account_id', '=', accountId)
    return await changesRows(own.where('client_id', '=', clientId))
  }
}

type Row = Pick<Selectable<ConsentsTable>, 'client_id' | 'scope' | 'granted_at' | 'last_used_at'>

function toConsent({ client_id: clientId, scope, granted_at: at, last_used_at: used }: Row): Consent {
  return {
    clientId,
    scope: scope.split(' ').filter((name) => name !== ''),
    grantedAt: new Date(at),
    lastUsedAt: used === null ? null : new Date(used),
  }
}
