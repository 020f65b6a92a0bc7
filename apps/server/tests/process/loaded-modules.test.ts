/** @module-tag long */

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import {
  endLeftovers,
  freshFolder,
  ProximaProcess,
  type Settings,
  sourceProgram,
  startProxima,
} from '../support/process.ts'

const hook = fileURLToPath(new URL('../support/record-modules.ts', import.meta.url))

/** The packages that each server needs, by the one that brings them. Load any other when it is needed. */
const packages = {
  fastify:
    '@fastify/ajv-compiler @fastify/error @fastify/fast-json-stringify-compiler @fastify/forwarded @fastify/merge-json-schemas @fastify/proxy-addr ajv ajv-formats avvio dequal fast-decode-uri-component fast-deep-equal fast-json-stringify fast-querystring fast-uri fastify fastq find-my-way ipaddr.js json-schema-ref-resolver json-schema-traverse process-warning ret reusify rfdc safe-regex2 secure-json-parse semver toad-cache',
  pino: '@pinojs/redact atomic-sleep on-exit-leak-free pino pino-std-serializers quick-format-unescaped safe-stable-stringify sonic-boom thread-stream',
  'prom-client': '@opentelemetry/api bintrees prom-client tdigest',
  'i18n-iso-countries': 'diacritics i18n-iso-countries',
  'passwords that are too common': '@zxcvbn-ts/dictionary-compression @zxcvbn-ts/language-common',
  ours: '@node-rs/argon2 bowser close-with-grace commander fastest-levenshtein hono jose kysely libphonenumber-js typebox',
}

const folders: Awaited<ReturnType<typeof freshFolder>>[] = []
afterEach(async () => {
  await endLeftovers()
  for (const folder of folders.splice(0)) await folder.remove()
})

/** The modules of the sources that a process loads. The bundle has only chunks of them. */
async function modulesOf(run: (settings: Settings) => Promise<unknown>): Promise<string[]> {
  const folder = await freshFolder()
  folders.push(folder)
  const file = `${folder.path}-modules`
  await run({
    PROXIMA_DATA_DIR: folder.path,
    NODE_OPTIONS: `--import=${hook}`,
    LOADED_MODULES_FILE: file,
  })
  return (await readFile(file, 'utf8')).split('\n')
}

describe('a server on SQLite that sends nothing', () => {
  it('loads no driver, no command and no library that it may never need', async () => {
    const modules = await modulesOf(async (settings) => {
      const server = await startProxima(settings, [], sourceProgram)
      await server.process.stop()
    })
    const expected = Object.values(packages).flatMap((names) => names.split(' '))
    expect(packagesOf(modules)).toEqual(expected.sort())
  })
})

describe('the command line', () => {
  it.each(['--version', '--help'])('loads no command to answer %s', async (option) => {
    const modules = await modulesOf(async (settings) => {
      const command = new ProximaProcess(process.execPath, [sourceProgram, option], settings)
      expect((await command.ended).exitCode).toBe(0)
    })
    expect(packagesOf(modules)).toEqual(['commander'])
  })
})

/** Without the builds for one kind of machine, such as `@node-rs/argon2-linux-x64-gnu`. */
function packagesOf(modules: readonly string[]): string[] {
  const names = modules.map((url) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1])
  const found = new Set(names.filter((name) => name !== undefined))
  return [...found].filter((name) => !/-(?:linux|darwin|win32)-/.test(name)).sort()
}
