import { join, resolve } from 'node:path'
import { type Server, startServer, waitFor } from './processes.ts'

const program = resolve(import.meta.dirname, '../../apps/server/bin/proxima.js')

/** The same secret for all nodes, so that each opens what another has sealed. Only these scripts use it. */
export const secret = 'only-for-trials-of-clusters-4f8b1c9d2e7a6053'

export interface ProximaNode {
  readonly url: string
  readonly server: Server
}

export interface NodeOptions {
  readonly folder: string
  readonly name: string
  readonly port: number
  readonly databaseUrl: string
}

/** Returns at once. `untilReady` waits. */
export function startNode({ folder, name, port, databaseUrl }: NodeOptions): ProximaNode {
  const server = startServer(process.execPath, [program, 'start', '--json'], {
    logPath: join(folder, `proxima-${name}.log`),
    env: {
      PROXIMA_PORT: String(port),
      PROXIMA_SECRET: secret,
      PROXIMA_DATABASE_URL: databaseUrl,
      PROXIMA_DATA_DIR: join(folder, `proxima-${name}`),
      PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
      // Each call of the load comes from an address of its own, as through a load balancer.
      PROXIMA_TRUSTED_PROXIES: '127.0.0.1',
    },
  })
  return { url: `http://127.0.0.1:${port}`, server }
}

export async function untilReady({ url, server }: ProximaNode): Promise<void> {
  await waitFor(`${url} to be ready`, async () => {
    if (server.child.exitCode !== null) throw new Error(`Proxima ended; see ${server.logPath}`)
    return (await fetch(`${url}/readyz`)).ok
  })
}
