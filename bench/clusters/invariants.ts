import { randomInt } from 'node:crypto'
import { PublicUrl } from '../../apps/server/src/app/public-url.ts'
import { type Services, wire } from '../../apps/server/src/app/wire.ts'
import { guessPolicies } from '../../apps/server/src/features/safeguards/rate-limits/guesses/model.ts'
import { loadConfig } from '../../apps/server/src/platform/config/load-config.ts'
import type { Database } from '../../apps/server/src/platform/database/tables.ts'
import { systemClock } from '../../apps/server/src/platform/kernel/clock.ts'
import type { AccountId } from '../../apps/server/src/platform/kernel/ids.ts'
import { type Answer, call, password } from './load.ts'
import { must, say } from './processes.ts'
import { type ProximaNode, secret } from './proxima-node.ts'

const { freeGuesses } = guessPolicies.password

const bursts = 5
const guessesPerBurst = 300
const revocations = 200
const signInsPerRevocation = 6
const sharedNames = 100

/** I3: the budget of an account holds to the last guess, however many nodes receive guesses at once. */
export async function guessAtOnce(nodes: readonly ProximaNode[]): Promise<void> {
  for (let burst = 0; burst < bursts; burst++) {
    const username = `victim${burst}x${randomInt(1e9)}`
    await call(`${nodes[0]?.url}/v1/auth/register`, { username, password })
    const guesses = Array.from({ length: guessesPerBurst }, (_, index) =>
      call(`${urlOf(nodes, index)}/v1/auth/login`, { username, password: `wrong guess ${index}` }),
    )
    const statuses = tally(await Promise.all(guesses))
    must(
      statuses.get(401) === freeGuesses && refusalsIn(statuses) + freeGuesses === guessesPerBurst,
      `of ${guessesPerBurst} guesses exactly ${freeGuesses} were checked (${written(statuses)})`,
    )
  }
}

/** A07, I9: if several people ask all nodes for the same username at once, exactly one of them gets it. */
export async function registerAtOnce(nodes: readonly ProximaNode[]): Promise<void> {
  let uniques = 0
  const statuses = new Map<number, number>()
  for (let round = 0; round < sharedNames; round++) {
    const username = `shared${round}x${randomInt(1e9)}`
    const answers = await Promise.all(nodes.map(({ url }) => call(`${url}/v1/auth/register`, { username })))
    if (answers.filter(({ status }) => status === 201).length === 1) uniques += 1
    for (const [status, count] of tally(answers)) statuses.set(status, (statuses.get(status) ?? 0) + count)
  }
  must(
    uniques === sharedNames,
    `${uniques} of ${sharedNames} names went to one account (${written(statuses)})`,
  )
}

/**
 * I2: a session that was ended through one node no longer works on any node, and no sign-in at the same moment leaves a
 * session behind.
 */
export async function revokeWhileSigningIn(nodes: readonly ProximaNode[], db: Database): Promise<void> {
  const { administration } = servicesOn(db)
  const [first, ...others] = nodes
  const statuses = new Map<number, number>()
  let alive = 0
  let left = 0
  for (let round = 0; round < revocations; round++) {
    const { body } = await call(`${first?.url}/v1/auth/register`, { username: `r${round}x${randomInt(1e9)}` })
    const id = body.id as AccountId
    const signIns = Array.from({ length: signInsPerRevocation }, (_, index) =>
      call(`${urlOf(others, index)}/v1/auth/token`, { user_secret: body.user_secret }),
    )
    const early = await signIns[0]
    await administration.suspend(id)
    const isAlive = await Promise.all(nodes.map((node) => isServed(node, early)))
    const answers = await Promise.all(signIns)
    for (const [status, count] of tally(answers)) statuses.set(status, (statuses.get(status) ?? 0) + count)
    alive += isAlive.filter(Boolean).length
    const rows = await db.selectFrom('sessions').select('id').where('account_id', '=', id).execute()
    left += rows.length
  }
  say(
    `        ${revocations} suspensions met ${revocations * signInsPerRevocation} sign-ins (${written(statuses)})`,
  )
  must(alive === 0, `${alive} sessions still worked on a node after the suspension was acknowledged`)
  must(left === 0, `${left} sessions were created at the moment of the suspension and remained`)
}

function servicesOn(db: Database): Services {
  const config = loadConfig({ PROXIMA_SECRET: secret })
  const publicUrl = new PublicUrl('https://accounts.example.org')
  return wire({ config, masterSecret: secret, db, redis: null, clock: systemClock, publicUrl })
}

async function isServed(node: ProximaNode, signedIn: Answer | undefined): Promise<boolean> {
  const headers = { authorization: `Bearer ${signedIn?.body.access_token}` }
  return (await call(`${node.url}/v1/me`, null, headers)).status === 200
}

function urlOf(nodes: readonly ProximaNode[], index: number): string {
  return nodes[index % nodes.length]?.url ?? ''
}

function tally(answers: readonly Answer[]): Map<number, number> {
  const counts = Map.groupBy(answers, ({ status }) => status)
  return new Map([...counts].map(([status, same]) => [status, same.length]))
}

function refusalsIn(statuses: ReadonlyMap<number, number>): number {
  return (statuses.get(429) ?? 0) + (statuses.get(503) ?? 0)
}

function written(statuses: ReadonlyMap<number, number>): string {
  return [...statuses].map(([status, count]) => `${status}: ${count}`).join(', ')
}
