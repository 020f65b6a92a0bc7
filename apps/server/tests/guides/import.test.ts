/** @module-tag long */

import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guideBlock } from '../support/guide-blocks.ts'
import { freshFolder, proxima } from '../support/process.ts'

const section = 'moving-in/import.md#importing-users'

interface Result {
  readonly outcomes: Readonly<Record<string, number>>
  readonly questions: readonly { readonly id: string; readonly answer: string | null }[]
}

describe('the guide to imports', () => {
  let folder: Awaited<ReturnType<typeof freshFolder>>
  const settings = () => ({ PROXIMA_DATA_DIR: folder.path })
  const file = (name: string) => join(dirname(folder.path), name)

  beforeAll(async () => {
    folder = await freshFolder()
    await proxima(['migrate', 'up'], { settings: settings() })
    await writeFile(file('people.csv'), guideBlock('moving-in/import.md#importing-users csv'))
    await writeFile(file('map.json'), guideBlock('moving-in/import.md#importing-users json'))
  })
  afterAll(async () => await folder?.remove())

  const command = () => {
    const block = guideBlock('moving-in/import.md#importing-users sh').trim()
    return block
      .split(' ')
      .slice(1)
      .map((word) => (/^[a-z]+\.(?:csv|json)$/.test(word) ? file(word) : word))
  }
  const run = async (...args: string[]) => {
    const { stdout, stderr, exitCode } = await proxima([...args, '--json'], { settings: settings() })
    expect(exitCode, stderr).toBe(0)
    return JSON.parse(stdout) as Result
  }

  it(`${section}: asks about the two rows of one person, and imports them after the answer`, async () => {
    const planned = await run(...command())
    expect(planned.outcomes).toMatchObject({ created: 1, unanswered: 2 })
    const report = JSON.parse(await readFile(file('report.json'), 'utf8')) as { users: { key: string }[] }
    expect(report.users.map(({ key }) => key)).toEqual(['1', '2', '3'])
    const asked = JSON.parse(await readFile(file('answers.json'), 'utf8')) as Result
    const answered = asked.questions.map((question) => ({ ...question, answer: 'merge 1' }))
    await writeFile(file('answers.json'), JSON.stringify({ questions: answered }))
    const withoutDryRun = command().filter((word) => word !== '--dry-run')
    const refused = await proxima(withoutDryRun, { settings: settings() })
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('--yes') as unknown })
    const done = await run(...withoutDryRun, '--yes')
    expect(done.outcomes).toMatchObject({ created: 2, merged: 1, unanswered: 0 })
    const again = await run(...withoutDryRun, '--yes')
    expect(again.outcomes).toMatchObject({ known: 3, created: 0 })
    const users = await proxima(['users', 'list', '--json'], { settings: settings() })
    expect(users.stdout).toContain('Two_Words_d4735e')
  })
})
