// Writes docs/openapi.json as a server serves it. With --check it writes nothing and exits 1 if the file is stale.
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startServer } from '../apps/server/src/app/server.ts'
import { loadConfig } from '../apps/server/src/platform/config/load-config.ts'
import { createLogger } from '../apps/server/src/platform/http/logging.ts'
import { systemClock } from '../apps/server/src/platform/kernel/clock.ts'
import { writeOrCheck } from './generated-document.ts'

/** Reads the document from a complete server with the default settings, on a temporary database. */
async function readDocument(): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'proxima-openapi-'))
  const config = loadConfig({ PROXIMA_PORT: '0', PROXIMA_DATA_DIR: folder })
  const logger = createLogger({ level: 'error', format: 'json' }, process.stderr)
  const masterSecret = randomBytes(32).toString('base64')
  const server = await startServer({ config, masterSecret, logger, clock: systemClock, onLostWrites: stop })
  try {
    const answer = await fetch(`${server.url}/openapi.json`)
    if (!answer.ok) throw new Error(`/openapi.json answered ${answer.status} ${await answer.text()}`)
    return await answer.json()
  } finally {
    await server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const document = `${JSON.stringify(await readDocument(), null, 2)}\n`
writeOrCheck('docs/openapi.json', document, 'scripts/generate-openapi.ts')

function stop(error: Error): never {
  throw error
}
