import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { ProximaProcess } from './process.ts'
import { freePort } from './programs.ts'

export const hasRedisServer = spawnSync('redis-server', ['--version']).status === 0

/** A Redis for one test, which the test may kill. `endLeftovers` also ends it. */
export interface RedisServer {
  readonly url: string
  kill(): Promise<void>
}

export async function startRedisServer(): Promise<RedisServer> {
  const port = await freePort()
  const settings = { port: String(port), bind: '127.0.0.1', save: '', appendonly: 'no', dir: tmpdir() }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value])
  const server = new ProximaProcess('redis-server', args)
  await server.printed(/Ready to accept connections/)
  return { url: `redis://127.0.0.1:${port}`, kill: async () => void (await server.stop('SIGKILL')) }
}
