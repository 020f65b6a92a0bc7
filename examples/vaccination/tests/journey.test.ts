import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandsIn, NpmExample } from '../../start/tests/npm-example.ts'
import { hasPython, python } from './implementations.ts'

const hasCurl = spawnSync('curl', ['--version']).status === 0

const scripts = [
  { script: 'example:vaccination', isMissing: !hasCurl },
  { script: 'example:vaccination:python', isMissing: !hasCurl || !hasPython },
]

describe.each(scripts)('npm run $script', { tags: ['long'] }, ({ script, isMissing }) => {
  let folder: string
  let example: NpmExample

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vaccination-'))
    example = new NpmExample(script, folder, { PYTHON: python })
  })

  afterEach(async () => {
    await example.pressCtrlC()
    await rm(folder, { recursive: true, force: true })
  })

  it.skipIf(isMissing)('prints what leads to a certificate when pasted, and ends at Ctrl-C', async () => {
    const printed = await example.start('/v1/me/certificate')
    const { stdout, stderr } = spawnSync('bash', ['-c', commandsIn(printed)], {
      encoding: 'utf8',
      cwd: folder,
    })
    expect(stderr).toBe('')
    const lines = stdout.split('\n').filter((line) => line !== '')
    const [person, booking, dose, url] = lines.map(read)
    expect(person).toMatchObject({ registered_at: expect.any(String) })
    expect(booking).toMatchObject({ centre_id: expect.any(String) })
    expect(dose).toMatchObject({ number: 1, vaccine: 'Polio' })
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/verify#eyJ/)
    expect(await example.pressCtrlC()).toBe(0)
  })
})

function read(line: string): unknown {
  return line.startsWith('{') ? JSON.parse(line) : line
}
