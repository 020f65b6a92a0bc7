import { setTimeout } from 'node:timers/promises'
import { type GaleraNode, startCluster, startGalera } from './galera-cluster.ts'
import { guessAtOnce, registerAtOnce, revokeWhileSigningIn } from './invariants.ts'
import { Load } from './load.ts'
import { must, readLog, say, withFolder } from './processes.ts'
import { type ProximaNode, startNode, untilReady } from './proxima-node.ts'
import { measureStaleReads } from './stale-reads.ts'
import { judge, verify, withDatabase } from './verify.ts'

const firstPort = 21_400
const lanes = 8

/** Three Galera nodes, each with its own Proxima. One node is killed under load and then started again. */
await withFolder('mysql', async (folder) => {
  say('Three MariaDB Galera nodes, and a Proxima on each, started together on an empty database')
  const cluster = await startCluster(folder)
  const nodes = cluster.map(({ name, url }, index) =>
    startNode({ folder, name, port: firstPort + index, databaseUrl: url }),
  )
  await Promise.all(nodes.map(untilReady))
  judgeMigrations(nodes)

  say('Reading on one node what another has just committed')
  await measureStaleReads(cluster)
  say('Guesses at one account, at all nodes at once')
  await guessAtOnce(nodes)
  say('One name, asked for at all nodes at once')
  await registerAtOnce(nodes)
  say('Sign-ins at two nodes, while the account is suspended through the third')
  await withDatabase('mysql', cluster[0]?.url ?? '', (db) => revokeWhileSigningIn(nodes, db))

  say('Load on all nodes; mariadb-2 is killed (kill -9) and started again')
  await killUnderLoad(folder, cluster, nodes)
})

function judgeMigrations(nodes: readonly ProximaNode[]): void {
  const migrated = nodes.flatMap(({ server }) => readLog(server).filter(({ msg }) => msg === 'migrated'))
  const names = migrated.map(({ migration }) => migration)
  must(
    names.length > 0 && new Set(names).size === names.length,
    `each of ${new Set(names).size} migrations was applied once (${names.length} were)`,
  )
}

async function killUnderLoad(
  folder: string,
  cluster: readonly GaleraNode[],
  nodes: readonly ProximaNode[],
): Promise<void> {
  const load = new Load(
    nodes.map(({ url }) => url),
    lanes,
  )
  await setTimeout(10_000)
  const before = load.acknowledgedCount
  await cluster[1]?.server.stop('SIGKILL')
  await setTimeout(20_000)
  say(`        accounts before the kill: ${before}, 20 s later: ${load.acknowledgedCount}`)
  const startedAtMs = performance.now()
  await startGalera(folder, 2)
  say(`        mariadb-2 is back in the cluster after ${Math.round(performance.now() - startedAtMs)} ms`)
  await setTimeout(5_000)
  const outcome = await load.stop()
  judge(outcome)
  await Promise.all(nodes.map(untilReady))
  must(true, 'every Proxima is ready again by itself')
  for (const { name, url } of cluster) await withDatabase('mysql', url, (db) => verify(db, name, outcome))
}
