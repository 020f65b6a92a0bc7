/** @module-tag long */

import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { plainPng } from '../support/images.ts'
import { newPerson } from '../support/people.ts'
import { imagePath, putImage } from '../support/pictures.ts'
import { endLeftovers, freshFolder, ProximaProcess, startProxima, waitFor } from '../support/process.ts'

const root = resolve(import.meta.dirname, '../../../..')

describe('the bundle', () => {
  let place: string
  let program: string
  let folder: Awaited<ReturnType<typeof freshFolder>>
  beforeAll(async () => {
    // Outside the repository, so that it finds no package there.
    place = await mkdtemp(join(tmpdir(), 'proxima-bundle-'))
    await promisify(execFile)(process.execPath, ['scripts/bundle/run.ts', place], { cwd: root })
    program = join(place, 'bin/proxima.js')
    folder = await freshFolder()
  })
  afterEach(async () => await endLeftovers())
  afterAll(async () => {
    await folder.remove()
    await rm(place, { recursive: true, force: true })
  })

  it('signs users in, decodes their pictures, shows its pages, and stops', async () => {
    const {
      process: server,
      client,
      url,
    } = await startProxima({ PROXIMA_DATA_DIR: folder.path }, [], program)
    const amina = await newPerson(client)
    expect((await client.me(amina.token)).status).toBe(200)
    expect((await putImage(client, amina, plainPng(64, 64))).status).toBe(200)
    expect((await client.get(imagePath, amina)).status).toBe(200)
    const paths = ['/', '/docs', '/openapi.json', '/pages.css', '/metrics']
    for (const path of paths) expect((await fetch(url + path)).status, path).toBe(200)
    expect((await server.stop()).exitCode).toBe(0)
  })

  it('has every command', async () => {
    const run = async (...args: string[]) => {
      const command = new ProximaProcess(process.execPath, [program, ...args], {
        PROXIMA_DATA_DIR: folder.path,
      })
      command.endInput()
      return await command.ended
    }
    const help = await run('--help')
    const commands = [...help.stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name)
    expect(commands).toEqual(expect.arrayContaining(['start', 'users', 'backup', 'doctor']))
    for (const name of commands) expect(await run(name, '--help'), name).toMatchObject({ exitCode: 0 })
    const made = await run('users', 'create', '--username', 'baraka', '--json')
    expect(made, made.stderr).toMatchObject({ exitCode: 0 })
  })

  it('names the lines of the sources in a stack trace, and loads a driver when it needs one', async () => {
    const settings = {
      PROXIMA_DATA_DIR: folder.path,
      PROXIMA_DATABASE_URL: 'postgres://127.0.0.1:1/none',
      PROXIMA_LOG_FORMAT: 'json',
    }
    const { process: server } = await startProxima(settings, [], program)
    const stack = await waitFor('a stack trace', async () => {
      const errors = server.log.map(({ err }) => err as { stack?: string } | undefined)
      return errors.find((error) => error?.stack !== undefined)?.stack ?? null
    })
    expect(stack).toMatch(/apps\/server\/src\/platform\/database\/faults\.ts:\d+:\d+/)
    expect(stack).not.toContain('/chunks/')
  })
})
