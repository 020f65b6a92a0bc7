import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createConnection } from 'mysql2/promise'
import { as, run, type Server, startServer, waitFor } from './processes.ts'

const provider = '/usr/lib/galera/libgalera_smm.so'
const firstPort = 21_300
export const database = 'proxima'

export interface GaleraNode {
  readonly name: string
  readonly url: string
  readonly server: Server
}

const portOf = (index: number) => firstPort + index
const groupPortOf = (index: number) => firstPort + 10 + index
const members = [1, 2, 3].map((index) => `127.0.0.1:${groupPortOf(index)}`).join(',')

/** Starts three nodes on this machine, each with its own data folder. */
export async function startCluster(folder: string): Promise<GaleraNode[]> {
  const first = await startGalera(folder, 1, { isNew: true })
  const admin = await createConnection({ socketPath: join(folder, 'mariadb-1.sock'), user: 'root' })
  await admin.query(`create database ${database}; `)
  await admin.query(`create user proxima@'127.0.0.1' identified by 'trial'`)
  await admin.query(`grant all on ${database}.* to proxima@'127.0.0.1'`)
  await admin.end()
  return [first, await startGalera(folder, 2), await startGalera(folder, 3)]
}

export async function startGalera(
  folder: string,
  index: number,
  { isNew = false } = {},
): Promise<GaleraNode> {
  const name = `mariadb-${index}`
  const data = join(folder, name)
  const user = 'mysql'
  if (isNew)
    run(
      as(user, 'mariadb-install-db', [
        `--datadir=${data}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
      ]),
    )
  else run(as(user, 'mkdir', ['-p', data]))
  const options = [
    '--no-defaults',
    `--datadir=${data}`,
    `--port=${portOf(index)}`,
    `--socket=${join(folder, `${name}.sock`)}`,
    `--pid-file=${join(folder, `${name}.pid`)}`,
    '--bind-address=127.0.0.1',
    '--binlog-format=ROW',
    '--default-storage-engine=InnoDB',
    '--innodb-autoinc-lock-mode=2',
    '--innodb-buffer-pool-size=64M',
    '--wsrep-on=ON',
    `--wsrep-provider=${provider}`,
    '--wsrep-cluster-name=proxima-trial',
    `--wsrep-cluster-address=gcomm://${isNew ? '' : members}`,
    '--wsrep-node-address=127.0.0.1',
    `--wsrep-node-name=${name}`,
    '--wsrep-sst-method=rsync',
    `--wsrep-sst-receive-address=127.0.0.1:${firstPort + 30 + index}`,
    `--wsrep-provider-options=base_host=127.0.0.1;base_port=${groupPortOf(index)};` +
      `gmcast.listen_addr=tcp://127.0.0.1:${groupPortOf(index)};ist.recv_addr=127.0.0.1:${firstPort + 20 + index}`,
  ]
  const server = startServer(...as(user, 'mariadbd', options), { logPath: join(folder, `${name}.log`) })
  await waitFor(`${name} to be synced`, async () => {
    if (server.child.exitCode !== null)
      throw new Error(`${name} ended:\n${readFileSync(server.logPath, 'utf8').slice(-2_000)}`)
    const connection = await createConnection({ socketPath: join(folder, `${name}.sock`), user: 'root' })
    const [rows] = await connection.query("show status like 'wsrep_local_state_comment'")
    connection.destroy()
    return JSON.stringify(rows).includes('Synced')
  })
  const url = `mysql://proxima:trial@127.0.0.1:${portOf(index)}/${database}`
  return { name, url, server }
}
