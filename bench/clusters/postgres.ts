import { setTimeout } from 'node:timers/promises'
import { call, Load } from './load.ts'
import { type PostgresPair, type PostgresServer, query, startPair, urlOf } from './postgres-pair.ts'
import { must, say, waitFor, withFolder } from './processes.ts'
import { type ProximaNode, startNode, untilReady } from './proxima-node.ts'
import { type Relay, startRelay } from './relay.ts'
import { judge, verify, withDatabase } from './verify.ts'

const ports = [21_501, 21_502] as const
const relayPort = 21_500
const firstNodePort = 21_511
const lanes = 8
const commits = 8

/**
 * Two Proxima nodes that use one address of the database. The primary is killed under load, and its standby takes its
 * place.
 */
await withFolder('postgres', async (folder) => {
  say('A PostgreSQL primary with a synchronous standby, and two Proxima nodes on the address of the primary')
  const pair = await startPair(folder, ports)
  const relay = await startRelay(relayPort, pair.primary.port)
  const nodes = [0, 1].map((index) =>
    startNode({
      folder,
      name: `node-${index + 1}`,
      port: firstNodePort + index,
      databaseUrl: urlOf(relayPort),
    }),
  )
  await Promise.all(nodes.map(untilReady))

  say('Load on both nodes; the primary is killed (kill -9) and the standby promoted')
  await failOver(pair, relay, nodes)
  say('The new primary waits for a standby that does not come, and an operator cancels the waiting commits')
  await cancelWaitingCommit(pair.standby, nodes)
  relay.close()
})

async function failOver(
  { primary, standby }: PostgresPair,
  relay: Relay,
  nodes: readonly ProximaNode[],
): Promise<void> {
  const load = new Load(
    nodes.map(({ url }) => url),
    lanes,
  )
  await setTimeout(10_000)
  const before = load.acknowledgedCount
  await primary.server.stop('SIGKILL')
  await setTimeout(1_000)
  // The address has moved, but the standby is not the primary yet, and would answer reads with old data.
  relay.leadTo(standby.port)
  await setTimeout(2_000)
  const early = await Promise.all(nodes.map(({ url }) => call(`${url}/readyz`, null)))
  must(
    early.every(({ status }) => status === 503),
    'no caller is served from a standby',
  )
  const promotedAtMs = performance.now()
  await query(standby, 'select pg_promote()')
  await Promise.all(nodes.map(untilReady))
  say(`        ready again ${Math.round(performance.now() - promotedAtMs)} ms after the promotion began`)
  await setTimeout(10_000)
  const outcome = await load.stop()
  say(`        accounts before the kill: ${before}, in the end: ${outcome.acknowledged.length}`)
  judge(outcome)
  await withDatabase('postgres', standby.url, (db) => verify(db, 'the promoted standby', outcome))
}

/** When a commit is cancelled, PostgreSQL reports success, with a warning that the standby may not have the commit. */
async function cancelWaitingCommit(server: PostgresServer, nodes: readonly ProximaNode[]): Promise<void> {
  await query(server, "alter system set synchronous_standby_names = 'nobody'")
  await query(server, 'select pg_reload_conf()')
  const registering = Array.from({ length: commits }, (_, index) =>
    call(`${nodes[index % 2]?.url}/v1/auth/register`, { username: `waiting${index}` }),
  )
  const waiting = "from pg_stat_activity where wait_event = 'SyncRep'"
  await waitFor('the commits to wait', async () => {
    return (await query(server, `select pid ${waiting}`)).length === commits
  })
  await query(server, `select pg_cancel_backend(pid) ${waiting}`)
  const statuses = (await Promise.all(registering)).map(({ status }) => status)
  must(
    statuses.every((status) => status === 503),
    `commits that the standby does not have are not acknowledged (${statuses.join(', ')})`,
  )
  await query(server, 'alter system reset synchronous_standby_names')
  await query(server, 'select pg_reload_conf()')
}
