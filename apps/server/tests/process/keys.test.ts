/** @module-tag long */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshFolder, proxima } from '../support/process.ts'

let folder: Awaited<ReturnType<typeof freshFolder>>
beforeAll(async () => {
  folder = await freshFolder()
  await proxima(['migrate', 'up'], { settings: { PROXIMA_DATA_DIR: folder.path } })
})
afterAll(async () => await folder?.remove())

const run = (...args: string[]) => proxima(['keys', ...args], { settings: { PROXIMA_DATA_DIR: folder.path } })

interface KeyView {
  readonly kid: string
  readonly state: string
  readonly activates_at: string
  readonly retires_at: string | null
}

async function list(): Promise<KeyView[]> {
  return JSON.parse((await run('list', '--json')).stdout) as KeyView[]
}

describe('proxima keys', () => {
  it('rotates, lists and retires, as text and as JSON', async () => {
    expect(await list()).toEqual([])
    const first = JSON.parse((await run('rotate', '--json')).stdout) as KeyView
    expect(first).toMatchObject({ state: 'signing', retires_at: null })

    const rotated = await run('rotate')
    expect(rotated).toMatchObject({ exitCode: 0, stderr: '' })
    const [next, signing] = await list()
    expect(rotated.stdout).toBe(`published ${next?.kid}; it signs from ${next?.activates_at}\n`)
    expect([next?.state, signing?.state]).toEqual(['next', 'signing'])
    expect(signing?.retires_at).toMatch(/^\d{4}-.+Z$/)
    expect((await run('list')).stdout).toMatch(
      /^kid +algorithm +state +created_at .*\n.* next .* -\n.* signing /,
    )

    const refused = await run('retire', first.kid, '--yes', '--json')
    expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
    expect(JSON.parse(refused.stderr)).toMatchObject({ code: 'signing_key_in_use' })

    const replaced = await run('retire', first.kid, '--yes', '--replace')
    expect(replaced).toMatchObject({ exitCode: 0, stderr: '' })
    expect(replaced.stdout).toMatch(`${first.kid} retires at `)
    // What it costs, and until when.
    expect(replaced.stdout).toMatch(
      /signs from \d{4}-.*Z\. Until \d{4}-.*Z, services .* may refuse its tokens/,
    )
    expect(await list()).toHaveLength(3)
  })

  it('exits with 3 for an unknown key, and with 2 without a key', async () => {
    expect(await run('retire', 'unknown', '--yes')).toMatchObject({
      exitCode: 3,
      stderr: 'There is no such key.\n',
    })
    expect((await run('retire')).exitCode).toBe(2)
  })
})
