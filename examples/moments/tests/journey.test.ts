import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commandsIn, NpmExample } from '../../start/tests/npm-example.ts'

const hasCurl = spawnSync('curl', ['--version']).status === 0

describe('npm run example:moments', { tags: ['long'] }, () => {
  let folder: string
  let example: NpmExample

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'moments-'))
    example = new NpmExample('example:moments', folder)
  })

  afterEach(async () => {
    await example.pressCtrlC()
    await rm(folder, { recursive: true, force: true })
  })

  it.skipIf(!hasCurl)('starts both, prints what works when pasted, and ends both at Ctrl-C', async () => {
    const printed = await example.start('everyone:')
    const addresses = addressesIn(printed)
    expect(addresses).toHaveLength(2)

    const [made, own, anonymous, all] = paste(printed)
    expect(made).toMatchObject({ note: '5 km by the river' })
    expect(own).toEqual({ items: [made], total: 1, page: 1, size: 10, pages: 1 })
    expect(anonymous).toMatchObject({ status: 401, code: 'unauthenticated' })
    expect(all).toMatchObject({ items: [made], total: 1 })

    expect(await example.pressCtrlC()).toBe(0)
    expect(await Promise.all(addresses.map(answers))).toEqual([false, false])
  })

  it.skipIf(!hasCurl)('continues with the same data and the same credentials', async () => {
    const credentials = async () => await readFile(join(folder, 'accounts.json'), 'utf8')
    paste(await example.start('everyone:'))
    await example.pressCtrlC()
    const before = await credentials()
    const [, own, , all] = paste(await example.start('everyone:'))
    expect(own).toMatchObject({ total: 1 })
    expect(all).toMatchObject({ total: 2 })
    expect(await credentials()).toBe(before)
  })
})

function addressesIn(printed: string): string[] {
  return [...printed.matchAll(/listening on (http:\S+)/g)].map(([, address = '']) => address)
}

/** Runs the printed commands, as if they were pasted into a shell. Gives the answers that they show. */
function paste(printed: string): unknown[] {
  const { stdout, stderr } = spawnSync('bash', ['-c', commandsIn(printed)], { encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

async function answers(address: string): Promise<boolean> {
  return await fetch(`${address}/healthz`).then(
    () => true,
    () => false,
  )
}
