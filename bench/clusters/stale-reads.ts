import { createConnection } from 'mysql2/promise'
import type { GaleraNode } from './galera-cluster.ts'
import { must, say } from './processes.ts'

const rounds = 1_000

/**
 * Shows why the server sets `wsrep_sync_wait`: measures how often a node returns old data after a write, with and
 * without it.
 */
export async function measureStaleReads(cluster: readonly GaleraNode[]): Promise<void> {
  const [writer, reader] = await Promise.all(cluster.slice(0, 2).map(({ url }) => createConnection(url)))
  if (writer === undefined || reader === undefined) throw new Error('two nodes are needed')
  await writer.query('create table if not exists trial (id int primary key, value int)')
  await writer.query('replace into trial values (1, 0)')
  for (const wait of [0, 7]) {
    await reader.query(`set session wsrep_sync_wait = ${wait}`)
    let stale = 0
    const tookMs: number[] = []
    for (let round = 1; round <= rounds; round++) {
      await writer.query('update trial set value = ? where id = 1', [round])
      const startedAtMs = performance.now()
      const [rows] = await reader.query('select value from trial where id = 1')
      tookMs.push(performance.now() - startedAtMs)
      if (JSON.stringify(rows) !== `[{"value":${round}}]`) stale += 1
    }
    const median = tookMs.toSorted((one, other) => one - other)[rounds / 2] ?? 0
    say(
      `        wsrep_sync_wait = ${wait}: ${stale} of ${rounds} reads were stale; median ${median.toFixed(2)} ms`,
    )
    if (wait > 0) must(stale === 0, 'no read was stale with the setting that the server uses')
  }
  await writer.query('drop table trial')
  await Promise.all([writer.end(), reader.end()])
}
