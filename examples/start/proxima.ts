import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { host } from './ports.ts'
import { ownEnvironment, type Program } from './programs.ts'

const program = fileURLToPath(new URL('../../apps/server/bin/proxima.js', import.meta.url))

/** Where a Proxima server keeps its data, and where it listens. */
export interface ProximaPlace {
  readonly dataFolder: string
  readonly port: number
  /** Settings by their names, such as `PROXIMA_CONTRACTS`. */
  readonly settings?: Readonly<Record<string, string>> | undefined
}

export function proximaUrl({ port }: Pick<ProximaPlace, 'port'>): string {
  return `http://${host}:${port}`
}

/** The server in development, where it needs no settings. */
export function proximaServer(place: ProximaPlace, logFile: string): Program {
  return {
    name: 'Proxima',
    args: ['--disable-sigusr1', '--max-semi-space-size=8', '--expose-gc', program, 'start', '--json'],
    environment: environmentOf(place),
    logFile,
    readyUrl: `${proximaUrl(place)}/readyz`,
  }
}

/** Runs a command of Proxima, on the same data. @param input what it reads from standard input, such as a password */
export async function proximaCommand(
  place: ProximaPlace,
  args: readonly string[],
  input: string,
): Promise<void> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...ownEnvironment(), ...environmentOf(place) },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  child.stdin.end(input)
  const [errors] = await Promise.all([text(child.stderr), once(child, 'close')])
  if (child.exitCode !== 0) throw new Error(`proxima ${args.join(' ')} failed:\n${errors}`)
}

function environmentOf({ dataFolder, port, settings }: ProximaPlace): Record<string, string> {
  return { ...settings, PROXIMA_DATA_DIR: dataFolder, PROXIMA_HOST: host, PROXIMA_PORT: String(port) }
}
