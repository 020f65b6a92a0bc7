import { once } from 'node:events'
import { createServer } from 'node:net'
import { explainListenError } from '../../app/listen.ts'
import type { Finding } from '../../features/administration/deployment/model.ts'
import type { Config } from '../../platform/config/load-config.ts'

type Settings = Pick<Config, 'host' | 'port'>

/** Listens for a moment where the server would. */
export async function checkAddress({ host, port }: Settings): Promise<readonly Finding[]> {
  const server = createServer().listen({ host, port })
  try {
    await once(server, 'listening')
    return []
  } catch (error) {
    return judgeListening(error, { host, port })
  } finally {
    server.close()
  }
}

export function judgeListening(error: unknown, { host, port }: Settings): readonly Finding[] {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
  // The server that this command examines may run now.
  if (isTaken)
    return [
      {
        severity: 'note',
        code: 'port_in_use',
        summary: `A program already listens on port ${port} of ${host}. If this server is running, it is that program.`,
        advice:
          'If this server is not running, it cannot start: stop the other program, or set PROXIMA_PORT.',
      },
    ]
  return [
    {
      severity: 'error',
      code: 'address_refused',
      summary:
        explainListenError(error, { host, port }) ?? `The server cannot listen on port ${port} of ${host}.`,
      advice: 'The server does not start until this is fixed.',
    },
  ]
}
