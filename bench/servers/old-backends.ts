import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServerProgram } from './server-process.ts'

const folder = fileURLToPath(new URL('../peers/old-backends/', import.meta.url))

/** The module of each, and whether it is written for ASGI (FastAPI) or WSGI (Flask). */
const modules = {
  'phone-password': { name: 'phone_password', isAsgi: false, readyPath: '/' },
  'user-secret-envelope': { name: 'user_secret', isAsgi: true, readyPath: '/openapi.json' },
  'session-code': { name: 'session_code', isAsgi: false, readyPath: '/' },
  'oauth-bearer': { name: 'oauth_bearer', isAsgi: true, readyPath: '/' },
} as const

export type OldBackend = keyof typeof modules

/** One for each core of the machine on which the figures are measured. Proxima hashes on as many. */
const workers = 2
/** Gunicorn keeps connections open only in workers with threads, or of Uvicorn. */
const wsgiWorker = ['--worker-class', 'gthread', '--threads', '8', '--keep-alive', '75']
const asgiWorker = ['--worker-class', 'uvicorn.workers.UvicornWorker']

/** The packages are those of Debian, for its own Python. */
const packages =
  'gunicorn uvicorn python3-flask python3-fastapi python3-multipart python3-sqlalchemy python3-jwt python3-passlib python3-bcrypt'
const imports =
  'import bcrypt, fastapi, flask, gunicorn, jwt, multipart, passlib, sqlalchemy, uvicorn, werkzeug'
const gunicorn = '/usr/bin/gunicorn'

/** @throws Error with the packages to install */
export function checkOldBackends(): void {
  const { status } = spawnSync('/usr/bin/python3', ['-c', imports])
  if (status !== 0)
    throw new Error(`the old backends need the packages of Debian: apt-get install ${packages}`)
}

/** An old backend, rebuilt in small form from its description, as its framework says to run it. */
export function oldBackend(backend: OldBackend): ServerProgram {
  const { name, isAsgi, readyPath } = modules[backend]
  const worker = isAsgi ? asgiWorker : wsgiWorker
  return {
    command: gunicorn,
    args: ['--preload', '--workers', String(workers), ...worker, '--chdir', folder, `${name}:app`],
    env: (address) => ({
      GUNICORN_CMD_ARGS: `--bind 127.0.0.1:${address.port}`,
      PYTHONDONTWRITEBYTECODE: '1',
      BENCH_SQLITE_PATH: join(address.folder, 'old-backend.sqlite'),
    }),
    readyPath,
  }
}
