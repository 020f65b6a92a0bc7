import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { defaultRole } from '../../authorization/roles/model.ts'
import type { RolesService } from '../../authorization/roles/service.ts'
import type { DeletionsService } from '../../self-service/deletions/service.ts'
import type { BulkAccountsService, PreparedAccount } from '../../users/accounts/bulk/service.ts'
import type { CountingService } from '../statistics/counting/service.ts'
import { type DemoAccount, demoEvents } from './events.ts'
import { demoFigures } from './figures.ts'
import {
  chanceOf,
  type DemoOptions,
  type DemoSummary,
  demoExists,
  demoInProduction,
  demoPeopleMax,
} from './model.ts'
import { type DemoPerson, demoPeople } from './people.ts'
import type { DemoRepository } from './repository.ts'

export interface DemoServiceOptions {
  readonly db: Database
  readonly config: { readonly env: 'production' | 'development' }
  readonly demo: DemoRepository
  readonly bulkAccounts: Pick<BulkAccountsService, 'create' | 'findOwners' | 'prepare'>
  readonly counting: Pick<CountingService, 'changePeople'>
  readonly deletions: Pick<DeletionsService, 'eraseNow'>
  readonly roles: Pick<RolesService, 'grantAll'>
  readonly clock: Clock
}

/** Every engine accepts so many values in one statement. */
const lookUpsAtOnce = 500

/** Fills a development database with made-up people, and removes them again. */
export class DemoService {
  readonly #options: DemoServiceOptions

  constructor(options: DemoServiceOptions) {
    this.#options = options
  }

  /** @throws `demo_in_production`, `demo_exists` */
  async seed(options: DemoOptions): Promise<DemoSummary> {
    const { clock, db, demo } = this.#options
    this.#assertDevelopment()
    if (await demo.hasPeople(db)) throw new Failure(demoExists)
    const now = clock.now()
    const chance = chanceOf(options.seed)
    const people = await this.#withoutTaken(demoPeople(options, chance, now))
    const prepared = this.#options.bulkAccounts.prepare(people.map(({ account }) => account))
    const accounts = people.flatMap((person, index): DemoAccount[] => {
      const id = prepared[index]?.id
      return id === undefined ? [] : [{ ...person, id }]
    })
    const events = demoEvents(accounts, options.days, chance, now)
    const figures = demoFigures(accounts, events, chance)
    await inTransaction(db, async (transaction) => {
      await this.#create(transaction, prepared)
      await demo.insertEvents(
        transaction,
        events.map(({ isOwn, ...event }) => ({ ...event, actorId: isOwn ? event.accountId : null })),
      )
      await demo.insertFigures(transaction, figures)
    })
    return { people: accounts.length, events: events.length }
  }

  /** Deletes the made-up people and what they did, and nothing else. @throws `demo_in_production` */
  async remove(): Promise<DemoSummary> {
    const { counting, db, deletions, demo } = this.#options
    this.#assertDevelopment()
    const ids = await demo.listPeople(db, demoPeopleMax)
    const { events, counted, known } = await inTransaction(db, async (transaction) => ({
      events: await demo.deleteEvents(transaction),
      counted: await demo.deleteFigures(transaction),
      known: ids.length === 0 ? new Set<AccountId>() : await demo.withEvents(transaction, ids),
    }))
    const unknown = ids.filter((id) => !known.has(id))
    await inTransaction(db, async (transaction) => {
      await demo.deletePeople(transaction, unknown)
      // The others are counted as removed when they are erased, but their creation was made up.
      const others = counted - unknown.length
      if (others > 0) await counting.changePeople(transaction, others)
    })
    // Someone has tried an account out, so the chain names it: only an erasure leaves the chain whole.
    for (const id of known) await deletions.eraseNow(id)
    return { people: ids.length, events }
  }

  #assertDevelopment(): void {
    if (this.#options.config.env === 'production') throw new Failure(demoInProduction)
  }

  /** Leaves out those whose name or address someone has. */
  async #withoutTaken(people: readonly DemoPerson[]): Promise<DemoPerson[]> {
    const { bulkAccounts, db } = this.#options
    const free: DemoPerson[] = []
    for (let at = 0; at < people.length; at += lookUpsAtOnce) {
      const some = people.slice(at, at + lookUpsAtOnce)
      const { emails, skeletons } = await bulkAccounts.findOwners(db, {
        emails: some.flatMap(({ account }) => account.email?.canonical ?? []),
        phoneNumbers: [],
        skeletons: some.flatMap(({ account }) => account.username?.skeletons ?? []),
      })
      const taken = new Set([...emails, ...skeletons].map(({ value }) => value))
      const isFree = ({ email, username }: DemoPerson['account']) =>
        !taken.has(email?.canonical ?? '') && !(username?.skeletons ?? []).some((each) => taken.has(each))
      free.push(...some.filter(({ account }) => isFree(account)))
    }
    return free
  }

  async #create(transaction: Transaction, prepared: readonly PreparedAccount[]): Promise<void> {
    const { bulkAccounts, demo, roles } = this.#options
    await bulkAccounts.create(transaction, prepared, { isCounted: false })
    const ids = prepared.map(({ id }) => id)
    await roles.grantAll(
      transaction,
      ids.map((accountId) => ({ accountId, role: defaultRole })),
    )
    await demo.insertExternalIds(transaction, ids)
  }
}
