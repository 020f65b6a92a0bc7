/** @module-tag long */

import { writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { Database } from '../../src/platform/database/tables.ts'
import { engines, type TestEngine } from '../support/engines.ts'
import { incompleteRows } from '../support/incomplete-rows.ts'
import { endLeftovers, freshFolder, ProximaProcess, program, proxima, waitFor } from '../support/process.ts'
import { openDatabase } from '../support/test-database.ts'

const people = 2_200
const killsMax = 4
const bcrypt = '$2b$12$jremTuGHPC7fGarrKfj8W.IC4ovwNLnv7dqmNKV/X/D/..dZNF152'

const map = {
  format: 'proxima-import-map/1',
  source: 'shop',
  variants: [
    {
      name: 'people',
      key: 'id',
      fields: { username: 'name', email: 'mail', password: 'hash', county: 'county' },
    },
  ],
}

afterEach(endLeftovers)

function csv(): string {
  // The last row is the same person as the first, and a question.
  const rows = Array.from({ length: people }, (_, index) => {
    const mail = index === people - 1 ? 'PERSON1@example.org' : `person${index + 1}@example.org`
    return `${index + 1},person${index + 1},${mail},${bcrypt},Kisumu`
  })
  return `id,name,mail,hash,county\n${rows.join('\n')}\n`
}

/** All that the import has made, without what is new in every run. */
async function contentOf(db: Database): Promise<unknown> {
  const accounts = await db
    .selectFrom('external_ids')
    .innerJoin('accounts', 'accounts.id', 'external_ids.account_id')
    .innerJoin('passwords', 'passwords.account_id', 'accounts.id')
    .innerJoin('profiles', 'profiles.account_id', 'accounts.id')
    .innerJoin('account_roles', 'account_roles.account_id', 'accounts.id')
    .innerJoin('audit_events', 'audit_events.account_id', 'accounts.id')
    .select(['external_id', 'username', 'email', 'status', 'hash', 'county', 'role', 'action'])
    .orderBy('external_id')
    .execute()
  const names = await db.selectFrom('username_skeletons').select('skeleton').orderBy('skeleton').execute()
  return { accounts, names }
}

const countOf = async (db: Database) =>
  Number(
    (
      await db
        .selectFrom('accounts')
        .select((row) => row.fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  )

async function importKilled(engine: TestEngine, kills: number) {
  const [database, folder] = [await engine.createDatabase(), await freshFolder()]
  const settings = { PROXIMA_DATABASE_URL: database.url, PROXIMA_DATA_DIR: folder.path }
  expect(await proxima(['migrate', 'up'], { settings })).toMatchObject({ exitCode: 0 })
  const inFolder = (name: string) => join(dirname(folder.path), name)
  const [from, mapFile, answers] = [inFolder('people.csv'), inFolder('map.json'), inFolder('answers.json')]
  await writeFile(from, csv())
  await writeFile(mapFile, JSON.stringify(map))
  const args = ['import', '--from', from, '--map', mapFile, '--answers', answers, '--json']
  const asked = JSON.parse((await proxima([...args, '--dry-run'], { settings })).stdout) as {
    questions: { id: string; answer: string | null }[]
  }
  const [question] = asked.questions
  await writeFile(answers, JSON.stringify({ questions: [{ ...question, answer: 'merge 1' }] }))
  const db = openDatabase(database.url)
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const before = await countOf(db)
      // Anywhere: before the first batch is stored, or between two.
      const enough = before + Math.floor(Math.random() * 600)
      const running = new ProximaProcess(process.execPath, [program, ...args, '--yes'], settings)
      const hasEnded = running.ended.then(() => true)
      await waitFor('the import to make accounts', async () => {
        const isEnded = await Promise.race([hasEnded, Promise.resolve(false)])
        return isEnded || (await countOf(db)) > enough ? true : null
      })
      await running.stop('SIGKILL')
      expect(await incompleteRows(db)).toEqual([])
    }
    const last = await proxima([...args, '--yes'], { settings })
    expect(last, last.stderr).toMatchObject({ exitCode: 0 })
    expect(JSON.parse(last.stdout)).toMatchObject({ outcomes: { unanswered: 0, refused: 0, linked: 0 } })
    return await contentOf(db)
  } finally {
    await db.destroy()
    await folder.remove()
    await database.drop()
  }
}

it.each(engines)('an import that is killed and run again ends the same on $name', async (engine) => {
  const whole = await importKilled(engine, 0)
  const resumed = await importKilled(engine, 1 + Math.floor(Math.random() * killsMax))
  expect(resumed).toEqual(whole)
})
