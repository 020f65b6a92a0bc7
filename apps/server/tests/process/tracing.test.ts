/** @module-tag long */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { endLeftovers, freshFolder, proxima, startProxima } from '../support/process.ts'

let folder: Awaited<ReturnType<typeof freshFolder>>
beforeAll(async () => {
  folder = await freshFolder()
})
afterEach(endLeftovers)
afterAll(async () => await folder.remove())

/** All but the one that prom-client needs too. */
const withoutPackages = `--import=data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  registerHooks({
    resolve(specifier, context, next) {
      if (!/^@opentelemetry\\/(?!api$)/.test(specifier)) return next(specifier, context)
      throw Object.assign(new Error('not installed'), { code: 'ERR_MODULE_NOT_FOUND' })
    },
  })
`)}`

describe('a server that could not load the SDK of OpenTelemetry', () => {
  it('serves while tracing is off: nothing of it is loaded', async () => {
    const settings = { PROXIMA_DATA_DIR: folder.path, NODE_OPTIONS: withoutPackages }
    const { client, process } = await startProxima(settings, ['--json'])
    expect((await client.register({ username: 'amina' })).status).toBe(201)
    expect((await process.stop()).exitCode).toBe(0)
  })
})

it('a server whose collector is no URL refuses to start, and says which setting it is', async () => {
  const settings = { PROXIMA_DATA_DIR: folder.path, OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4317' }
  const { exitCode, stderr } = await proxima(['start'], { settings })
  expect(exitCode).toBe(2)
  expect(stderr).toBe('OTEL_EXPORTER_OTLP_ENDPOINT must begin with https:// or http://.\n')
})
