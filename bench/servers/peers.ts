import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServerProgram } from './server-process.ts'

const folder = fileURLToPath(new URL('../peers/', import.meta.url))

/** Installs the packages from their own lockfile. */
export async function installPeers(): Promise<void> {
  const npm = spawn('npm', ['ci', '--ignore-scripts', '--prefer-offline', '--loglevel=error'], {
    cwd: folder,
    stdio: 'inherit',
  })
  const [code] = (await once(npm, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`"npm ci" in ${folder} ended with ${code}`)
}

export function peerVersion(name: 'better-auth' | 'oidc-provider'): string {
  const manifest = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')
  return `${name} ${(JSON.parse(manifest) as { version: string }).version}`
}

/** Better Auth, on PostgreSQL if a URL is given, otherwise on SQLite. */
export function betterAuth(postgresUrl: string | null): ServerProgram {
  return {
    args: [join(folder, 'better-auth-program.ts')],
    env: (address) => ({
      NODE_ENV: 'production',
      BENCH_PORT: String(address.port),
      ...(postgresUrl === null
        ? { BENCH_SQLITE_PATH: join(address.folder, 'better-auth.sqlite') }
        : { BENCH_POSTGRES_URL: postgresUrl }),
    }),
    readyPath: '/api/auth/ok',
  }
}

/** oidc-provider, on PostgreSQL if a URL is given, otherwise on SQLite. */
export function oidcProvider(postgresUrl: string | null): ServerProgram {
  return {
    args: [join(folder, 'oidc-provider-program.ts')],
    env: (address) => ({
      NODE_ENV: 'production',
      BENCH_PORT: String(address.port),
      BENCH_DATABASE: postgresUrl ?? join(address.folder, 'oidc-provider.sqlite'),
    }),
    readyPath: '/jwks',
  }
}
