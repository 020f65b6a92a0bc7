import { chmod, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ProximaProcess } from './process.ts'
import { findProgram, freePort } from './programs.ts'

const program = findProgram('pgbouncer')
export const hasPgBouncer = program !== null

/**
 * Starts PgBouncer in front of the server of `databaseUrl`, with its defaults except for the mode. `endLeftovers` ends it.
 * @returns the address of the same database through it
 */
export async function startPgBouncer(databaseUrl: string, mode: 'session' | 'transaction'): Promise<string> {
  const target = new URL(databaseUrl)
  const folder = await mkdtemp(join(tmpdir(), 'proxima-pgbouncer-'))
  await chmod(folder, 0o755)
  const [settings, users] = [join(folder, 'pgbouncer.ini'), join(folder, 'users')]
  const port = await freePort()
  await writeFile(users, `"${target.username}" "${target.password}"\n`)
  await writeFile(
    settings,
    `[databases]
* = host=${target.hostname} port=${target.port || 5432}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${users}
pool_mode = ${mode}
`,
  )
  // It refuses to run as root.
  const user = process.getuid?.() === 0 ? ['--user', 'nobody'] : []
  const pooler = new ProximaProcess(program ?? '', [...user, settings])
  await pooler.printed(/process up/)
  target.hostname = '127.0.0.1'
  target.port = String(port)
  return target.href
}
