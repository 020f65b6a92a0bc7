import { expect } from 'vitest'
import type { Database } from '../../src/platform/database/tables.ts'
import type { TestEngine } from './engines.ts'
import { connectFailing, type FaultKind, FaultPlan } from './failing-database.ts'
import { incompleteRows } from './incomplete-rows.ts'
import { sweepStep } from './sweep-step.ts'
import type { Answer } from './test-client.ts'
import { openDatabase } from './test-database.ts'
import { startTestServer, type TestServer } from './test-server.ts'

/** A call that is made once with a fault, and the checks that must pass whatever its outcome. */
export interface Attempt {
  /** The call. One of its statements fails. */
  readonly call: () => Promise<Answer>
  /** The status if nothing fails. */
  readonly success: number
  /** Checks the stored state when nothing fails any more, and tries the call again. */
  readonly examine: (answer: Answer) => Promise<void>
}

/** A server whose database fails on request. */
export interface FailingServer extends TestServer {
  readonly db: Database
  /**
   * Repeats the call, each time on new data, and fails its first statement, then its second, and so on until there are
   * no more. With `PROXIMA_TEST_SWEEP_STEP`, it fails every third one, or whatever the step is: each engine begins at
   * another one, so that three engines still fail each. @returns the statements of the call without a fault
   */
  sweep(kind: FaultKind, prepare: (name: string) => Promise<Attempt>): Promise<readonly string[]>
}

export interface FailingServerOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Returns a line for each row that a failed statement must not leave behind. */
  readonly complaintsAbout?: (db: Database) => Promise<string[]>
}

const engineNames: readonly TestEngine['name'][] = ['SQLite', 'PostgreSQL', 'MariaDB']

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
      for (let at = 1 + (engineNames.indexOf(engine.name) % sweepStep); ; at += sweepStep) {
        const { call, success, examine } = await prepare(`s${sweeps * 1_000 + at}`)
        plan.arm(at, kind)
        const answer = await call()
        const { sent, hasFailed } = plan.disarm()
        const fault = `${kind} ${at}: ${sent[at - 1]}`
        if (!hasFailed) expect([fault, answer.status]).toEqual([fault, success])
        // If the engine undid the transaction because of another one, the server repeats it. The caller does not
        // notice.
        if (kind === 'conflict' && isRepeated(sent.slice(0, at)))
          expect([fault, answer.status]).toEqual([fault, success])
        expectTrueOrRefused(fault, answer, success)
        expect([fault, await complaintsAbout(db)]).toEqual([fault, []])
        await examine(answer)
        if (!hasFailed) return sent
      }
    },
    close: async () => {
      await db.destroy()
      await server.close()
    },
  }
}

/** Expects either success, or a 503 with which the caller may try again; never a 500 or anything else. */
function expectTrueOrRefused(fault: string, { status, body, headers }: Answer, success: number): void {
  if (status === success) return
  expect([fault, status]).toEqual([fault, 503])
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  // A page says it in words.
  if (headers.get('content-type')?.startsWith('text/html') === true) return
  expect([fault, body?.code]).toEqual([fault, 'unavailable'])
  expect(headers.get('content-type')).toBe('application/problem+json')
}

/** True if the last statement belongs to a transaction, or is one. */
function isRepeated(sent: readonly string[]): boolean {
  if (sent.at(-1)?.startsWith('with held')) return true
  const last = sent.findLast((statement) => ['begin', 'commit', 'rollback'].includes(statement))
  return last === 'begin'
}

let addresses = 0

/** A new address for each call, so that no call reaches a limit on addresses. */
export function fromAnywhere(): { 'x-forwarded-for': string } {
  addresses += 1
  return { 'x-forwarded-for': `203.0.${addresses >> 8}.${addresses & 0xff}` }
}
