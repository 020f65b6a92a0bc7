/** @module-tag long */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pseudonymOfErased, readEvents } from '../support/audit-events.ts'
import { engines, type TestDatabase } from '../support/engines.ts'
import { freshFolder, proxima } from '../support/process.ts'
import { openDatabase } from '../support/test-database.ts'

const secrets = { PROXIMA_SECRET: 'aMasterSecretOfOneDatabase-1f6c0e9a83b75d24' }
const rotated = {
  PROXIMA_SECRET: 'aMasterSecretOfAnotherOne-77d0c2a9e4b1f853',
  PROXIMA_SECRET_PREVIOUS: secrets.PROXIMA_SECRET,
}

describe.each(engines)('the audit trail of the commands of an operator on $name', (engine) => {
  let folder: Awaited<ReturnType<typeof freshFolder>>
  let database: TestDatabase
  beforeAll(async () => {
    folder = await freshFolder()
    database = await engine.createDatabase()
  })
  afterAll(async () => {
    await folder?.remove()
    await database?.drop()
  })

  async function run(args: string, settings: Record<string, string> = secrets): Promise<string> {
    const shared = { PROXIMA_DATA_DIR: folder.path, PROXIMA_DATABASE_URL: database.url }
    const words = args.split(' ')
    const end = words.includes('--') ? words.indexOf('--') : words.length
    const outcome = await proxima(words.toSpliced(end, 0, '--json'), {
      settings: { ...shared, ...settings },
    })
    expect(outcome).toMatchObject({ exitCode: 0, stderr: '' })
    return outcome.stdout
  }

  it('records each command, its account, and that it came from no network', async () => {
    await run('migrate up')
    await run('users create --username amina')
    await run('users new-secret amina')
    await run('roles create support --permission users:read')
    await run('users roles add amina support')
    await run('users suspend amina')
    await run('users activate amina')
    const { receipt } = JSON.parse(await run('users delete amina --yes')) as { receipt: string }
    expect(JSON.parse(await run(`users receipt ${receipt}`))).toMatchObject({ status: 'erased' })
    // What was told of her stays, under the name that the receipt leads to.
    const db = openDatabase(database.url)
    const id = await pseudonymOfErased(db, receipt)
    await db.destroy()
    const { kid } = JSON.parse(await run('keys rotate')) as { kid: string }
    await run('keys rotate')
    await run(`keys retire --replace --yes -- ${kid}`)
    await run('secret rotate --dry-run', rotated)
    await run('secret rotate', rotated)
    const events = await readEvents(database.url)
    const about = (action: string, accountId: string | null, method: string | null = null) => ({
      action,
      outcome: 'success',
      account_id: accountId,
      session_id: null,
      method,
      ip_address: null,
      at: expect.any(Number),
    })
    // Two events of one transaction may have the same millisecond, and then either order.
    const inOrder = (one: { action: string }, other: { action: string }) =>
      one.action.localeCompare(other.action)
    const expected = [
      about('registration', id, 'user_secret'),
      about('secret_renewal', id),
      about('role_creation', null),
      about('role_assignment', id),
      about('suspension', id),
      about('activation', id),
      about('deletion', id),
      about('erasure', id),
      about('key_rotation', null),
      about('key_rotation', null),
      about('key_rotation', null),
      about('key_retirement', null),
      about('secret_rotation', null),
    ]
    expect(events.toSorted(inOrder)).toEqual(expected.toSorted(inOrder))
  })
})
