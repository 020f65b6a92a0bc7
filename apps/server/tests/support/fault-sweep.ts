import { expect } from 'vitest'
import type { Database } from '../../src/platform/database/tables.ts'
import type { TestEngine } from './engines.ts'
import { connectFailing, type FaultKind, FaultPlan } from './failing-database.ts'
import { incompleteRows } from './incomplete-rows.ts'
import type { Answer } from './test-client.ts'
import { openDatabase } from './test-database.ts'
import { startTestServer, type TestServer } from './test-server.ts'

/** A call that is made once with a fault in it, and what must be true whatever came of that. */
export interface Attempt {
  /** The statement that fails is one of this call's. */
  readonly call: () => Promise<Answer>
  /** The answer where nothing fails. */
  readonly success: number
  /** Looks at what is there now, with nothing failing any more, and tries again. */
  readonly examine: (answer: Answer) => Promise<void>
}

/** A server whose database fails on request. */
export interface FailingServer extends TestServer {
  readonly db: Database
  /**
   * Makes the call again and again, each time with something else to act on, and fails its first statement, then its
   * second, and so on until it has no more. @returns the statements of the call that nothing disturbed
   */
  sweep(kind: FaultKind, prepare: (name: string) => Promise<Attempt>): Promise<readonly string[]>
}

export interface FailingServerOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Returns a line for each trace that a failed statement must not leave behind. */
  readonly complaintsAbout?: (db: Database) => Promise<string[]>
}

const env = { PROXIMA_LIMITS: 'on', PROXIMA_TRUSTED_PROXIES: '127.0.0.1' }

export async function startFailingServer(
  engine: TestEngine,
  { env: more = {}, complaintsAbout = incompleteRows }: FailingServerOptions = {},
): Promise<FailingServer> {
  const plan = new FaultPlan()
  const server = await startTestServer(engine, { env: { ...env, ...more }, connect: connectFailing(plan) })
  const db = openDatabase(server.databaseUrl)
  let sweeps = 0
  return {
    ...server,
    db,
    sweep: async (kind, prepare) => {
      sweeps += 1
      for (let at = 1; ; at++) {
        const { call, success, examine } = await prepare(`s${sweeps * 1_000 + at}`)
        plan.arm(at, kind)
        const answer = await call()
        const { sent, hasStruck } = plan.disarm()
        const struck = `${kind} ${at}: ${sent[at - 1]}`
        if (!hasStruck) expect([struck, answer.status]).toEqual([struck, success])
        // The server repeats a transaction that the engine undid for another one. The caller does not notice.
        if (kind === 'conflict' && isInTransaction(sent.slice(0, at)))
          expect([struck, answer.status]).toEqual([struck, success])
        expectTrueOrRefused(struck, answer, success)
        expect([struck, await complaintsAbout(db)]).toEqual([struck, []])
        await examine(answer)
        if (!hasStruck) return sent
      }
    },
    close: async () => {
      await db.destroy()
      await server.close()
    },
  }
}

/** Either it is done, or the caller hears that it may be tried again; never anything else, and never a 500. */
function expectTrueOrRefused(struck: string, { status, body, headers }: Answer, success: number): void {
  if (status === success) return
  expect([struck, status, body?.code]).toEqual([struck, 503, 'unavailable'])
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
}

function isInTransaction(sent: readonly string[]): boolean {
  const last = sent.findLast((statement) => ['begin', 'commit', 'rollback'].includes(statement))
  return last === 'begin'
}

let addresses = 0

/** An address of its own for each call, so that no limit on addresses is met. */
export function fromAnywhere(): { 'x-forwarded-for': string } {
  addresses += 1
  return { 'x-forwarded-for': `203.0.${addresses >> 8}.${addresses & 0xff}` }
}
