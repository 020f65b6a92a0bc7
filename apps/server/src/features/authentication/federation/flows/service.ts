import type { KeyedDigests } from '../../../../platform/crypto/keyed-digests.ts'
import { randomSecret } from '../../../../platform/crypto/random.ts'
import type { ResealStep, Sealer } from '../../../../platform/crypto/sealing.ts'
import { resealBatchSize, resealPage } from '../../../../platform/database/resealing.ts'
import type { Database } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { Clock } from '../../../../platform/kernel/clock.ts'
import { minuteMs } from '../../../../platform/kernel/durations.ts'
import { isRecent } from '../../../../platform/kernel/time-bounds.ts'
import type { Flow } from '../model.ts'
import type { FlowsRepository, StoredFlow } from './repository.ts'

export interface FederationFlowsOptions {
  readonly db: Database
  readonly flows: FlowsRepository
  readonly keyedDigests: Pick<KeyedDigests, 'digest' | 'candidates'>
  readonly sealer: Pick<Sealer, 'seal' | 'open' | 'reseal'>
  readonly clock: Clock
}

/** Long enough to sign in at the provider, also with a second factor. */
export const flowMinutes = 10
const flowMs = flowMinutes * minuteMs
export const flowSeconds = flowMs / 1_000

/** With the prefix, a scanner for leaked secrets can recognize a flow. */
const prefix = 'pxd_'
const use = 'federation_flow'
const purpose = 'federation_flows.data'

/**
 * What a browser has begun with a provider. The browser has a secret in a cookie, and the server what must agree with it:
 * so the answer counts only in the browser that asked for it, once, and for ten minutes (A49, A111; RFC 9700 §4.7.1).
 */
export class FederationFlows {
  readonly #options: FederationFlowsOptions

  constructor(options: FederationFlowsOptions) {
    this.#options = options
  }

  /** @returns the secret, which only the browser keeps */
  async start(flow: Flow): Promise<string> {
    const { clock, db, flows, keyedDigests, sealer } = this.#options
    const secret = randomSecret(prefix)
    const slot = keyedDigests.digest(use, [secret])
    const createdAt = clock.now()
    const dataSealed = sealer.seal(JSON.stringify(flow), { purpose, id: slot })
    const stored = { slot, accountId: accountOf(flow), dataSealed, createdAt }
    await flows.insert(db, stored, new Date(createdAt.getTime() + flowMs))
    return secret
  }

  /** Looks at a flow without using it up. Null if there is none, or if it has expired. */
  async find(secret: string): Promise<Flow | null> {
    const stored = await this.#find(secret)
    return stored === null ? null : this.#open(stored)
  }

  /** Uses the flow up, whatever comes of it. Null if there is none, if it was used, or if it has expired. */
  async take(secret: string): Promise<Flow | null> {
    const { db, flows } = this.#options
    const stored = await this.#find(secret)
    if (stored === null || !(await flows.delete(db, stored.slot))) return null
    return this.#open(stored)
  }

  /** Seals the next flows after `after` again. @throws WrongMasterSecret, DamagedSeal */
  async reseal({ after, dryRun }: { after: string | null; dryRun: boolean }): Promise<ResealStep> {
    const { db, flows, sealer } = this.#options
    return await resealPage(db, {
      dryRun,
      rows: await flows.listSealed(db, { after: after ?? '', limit: resealBatchSize }),
      keyOf: ({ slot }) => slot,
      changesOf: ({ slot, dataSealed: read }) => {
        const resealed = sealer.reseal(read, { purpose, id: slot })
        return resealed === null ? [] : [{ slot, read, resealed }]
      },
      replace: (transaction, { slot, ...values }) => flows.replaceSealed(transaction, slot, values),
    })
  }

  /** Deletes flows that have expired. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { clock, db, flows } = this.#options
    return await inTransaction(db, (transaction) => flows.deleteExpired(transaction, clock.now(), limit))
  }

  async #find(secret: string): Promise<StoredFlow | null> {
    const { db, flows, keyedDigests } = this.#options
    return await flows.find(db, keyedDigests.candidates(use, [secret]))
  }

  #open({ createdAt, dataSealed, slot }: StoredFlow): Flow | null {
    const { clock, sealer } = this.#options
    if (!isRecent(createdAt, clock.now(), flowMs)) return null
    return JSON.parse(sealer.open(dataSealed, { purpose, id: slot })) as Flow
  }
}

/** If the account is erased, the database deletes the flow with it. */
function accountOf(flow: Flow) {
  return flow.step === 'started' ? (flow.link?.accountId ?? null) : flow.accountId
}
