import { mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type ServerProcess, startProcess } from './server-process.ts'

const root = new URL('../../', import.meta.url)

/** The program and the options of Node, as `npm start` has them. */
const [options, sources] = readStartScript()

function readStartScript(): [options: string[], program: string] {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
    readonly scripts: { readonly start: string }
  }
  const [, given, path] = /^exec node ((?:--\S+ )*)(\S+) start$/.exec(scripts.start) ?? []
  if (given === undefined || path === undefined)
    throw new Error(`cannot read how "npm start" starts the server: ${scripts.start}`)
  return [given.split(' ').filter(Boolean), fileURLToPath(new URL(path, root))]
}

/** The same secret for all servers, so that each can open what another has sealed. */
export const benchSecret = 'only-for-benchmarks-7c1f0a94d2be4856b3e1'

/** The settings that differ from their defaults. The results name them. */
export const proximaSettings = {
  PROXIMA_LIMITS: 'off',
  PROXIMA_LOG_LEVEL: 'info',
  PROXIMA_TRUSTED_PROXIES: '127.0.0.1',
  // A figure on three engines takes longer than a token usually works.
  PROXIMA_ACCESS_TOKEN_TTL_SECONDS: '14400',
} as const

export interface ProximaOptions {
  readonly databaseUrl: string
  /** In addition to `proximaSettings`. */
  readonly settings?: Readonly<Record<string, string>>
  /** The folder for a CPU profile, written when the server stops; null for none. */
  readonly profileFolder?: string | null
  /** If it is not that of the sources. */
  readonly program?: string | undefined
}

export function startProxima({
  databaseUrl,
  settings,
  profileFolder = null,
  program = sources,
}: ProximaOptions): Promise<ServerProcess> {
  return startProcess({
    args: [...options, ...profiling(profileFolder), program, 'start', '--json'],
    env: ({ port, folder }) => ({
      ...proximaSettings,
      ...settings,
      PROXIMA_PORT: String(port),
      PROXIMA_DATA_DIR: folder,
      PROXIMA_DATABASE_URL: databaseUrl,
      PROXIMA_SECRET: benchSecret,
    }),
    readyPath: '/readyz',
  })
}

function profiling(folder: string | null): string[] {
  if (folder === null) return []
  mkdirSync(folder, { recursive: true })
  return ['--cpu-prof', `--cpu-prof-dir=${folder}`]
}
