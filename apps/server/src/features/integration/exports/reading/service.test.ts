import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../../../tests/support/engines.ts'
import { exportHeader, withExportFile } from '../../../../../tests/support/export-files.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../../tests/support/test-database.ts'
import { wireNode } from '../../../../../tests/support/wired-node.ts'
import type { Services } from '../../../../app/wire.ts'
import { type AccountId, newId } from '../../../../platform/kernel/ids.ts'
import { parseUsername } from '../../../users/accounts/identifiers/username.ts'
import type { LineOutcome } from '../model.ts'

type Members = Readonly<Record<string, unknown>>

function account(members: Members = {}): Members & { readonly id: AccountId } {
  const id = newId<AccountId>()
  return { type: 'account', kind: 'person', status: 'active', created_at: 0, updated_at: 0, ...members, id }
}

function named(text: string): Members {
  const username = parseUsername(text)
  if (!username.ok) throw new Error(username.detail)
  const { given, canonical, skeletons } = username.value
  return account({
    username: given,
    username_canonical: canonical,
    username_skeletons: skeletons.map((skeleton) => ({ skeleton })),
  })
}

function role(name: string, permissions: readonly string[]): Members {
  return { type: 'role', name, description: null, created_at: 1, updated_at: 1, permissions }
}

/** A whole file: sorted, with its first and its last line. */
function fileOf(lines: readonly Members[]): readonly object[] {
  const counts: Record<string, number> = {}
  for (const { type } of lines) counts[String(type)] = (counts[String(type)] ?? 0) + 1
  return [exportHeader, ...lines, { type: 'end', lines: counts }]
}

const bcrypt = '$2b$12$jremTuGHPC7fGarrKfj8W.IC4ovwNLnv7dqmNKV/X/D/..dZNF152'

function withPassword(hash: string, work: string | null): readonly object[] {
  return fileOf([account({ password: { hash, imported_work: work, changed_at: 0, version: newId() } })])
}

describe('the import of an export', () => {
  let database: MigratedDatabase
  let node: Services
  beforeAll(async () => {
    database = await createMigratedDatabase(sqlite)
    node = wireNode({ db: database.db })
  })
  afterEach(async () => {
    await database.db.deleteFrom('accounts').execute()
    await database.db.deleteFrom('roles').where('name', 'not in', ['admin', 'user']).execute()
  })
  afterAll(async () => await database?.drop())

  async function importFile(lines: readonly (object | string)[]) {
    const outcomes: LineOutcome[] = []
    const counts = await withExportFile(lines, async (file) => {
      await node.accountImports.check(file)
      return await node.accountImports.import(file, { onOutcome: (outcome) => outcomes.push(outcome) })
    })
    return { counts, outcomes }
  }

  async function reasonsOf(lines: readonly Members[]) {
    const { outcomes } = await importFile(fileOf(lines))
    return outcomes.map(({ id, outcome }) => [id, outcome.kind === 'refused' ? outcome.reason : outcome.kind])
  }

  async function countAccounts(): Promise<number> {
    return (await database.db.selectFrom('accounts').select('id').execute()).length
  }

  const whole = fileOf([account(), account()])
  const damaged: readonly (readonly [string, readonly (object | string)[], string])[] = [
    ['is empty', [], 'not_an_export'],
    ['is another kind of file', [{ hello: 'world' }], 'not_an_export'],
    ['is of a later version', [{ ...exportHeader, version: 2 }], 'not_an_export'],
    ['has no last line', whole.slice(0, -1), 'export_incomplete'],
    ['is cut within a line', [...whole.slice(0, 2), '{"type":"acc'], 'export_line_invalid'],
    ['lacks a line in its middle', whole.toSpliced(1, 1), 'export_incomplete'],
    [
      'has lines in another order',
      [whole[0], whole[2], whole[1], whole[3]] as object[],
      'export_line_invalid',
    ],
    ['has a line twice', [whole[0], whole[1], whole[1], whole[3]] as object[], 'export_line_invalid'],
    ['goes on after its last line', [...whole, account()], 'export_line_invalid'],
    ['has a member that no version knows', fileOf([account({ is_admin: true })]), 'export_line_invalid'],
    ['has a status that no version knows', fileOf([account({ status: 'superuser' })]), 'export_line_invalid'],
    ['has a time that is no time', fileOf([account({ created_at: 'yesterday' })]), 'export_line_invalid'],
    ['has a text with U+0000', fileOf([account({ full_name: 'A\0B' })]), 'export_line_invalid'],
    [
      'has a permission of ours that does not exist',
      fileOf([role('x', ['users:reed'])]),
      'export_line_invalid',
    ],
    [
      'A46: has a hash that cannot be checked',
      withPassword('$2b$12$cut', 'bcrypt,12'),
      'export_line_invalid',
    ],
    [
      'A46: has a hash of a Proxima that lost its end',
      withPassword(`$argon2id$v=19$m=19456,t=2,p=1$${'c2Fs'.repeat(5)}$${'c2Fs'.repeat(8)}`, null),
      'export_line_invalid',
    ],
    [
      'A46: says that a hash costs more than it does',
      withPassword(bcrypt, 'bcrypt,14'),
      'export_line_invalid',
    ],
    ['A34: hides what a hash costs', withPassword(bcrypt, null), 'export_line_invalid'],
    [
      'has a picture with a name of its own',
      fileOf([
        account({ picture: { id: newId(), token: 't', created_at: 0, files: { '../../x.html': 'QQ==' } } }),
      ]),
      'export_line_invalid',
    ],
  ]

  it.each(damaged)('changes nothing if the file %s', async (_, lines, code) => {
    await expect(importFile(lines)).rejects.toMatchObject({ problem: { code } })
    expect(await countAccounts()).toBe(0)
  })

  it('never shows a value of a line that it refuses', async () => {
    const secret = 'S3cret!'
    const importing = importFile(fileOf([account({ password: { hash: secret, changed_at: secret } })]))
    await expect(importing).rejects.toThrow(/Line 2 .*changed_at/)
    await expect(importing).rejects.not.toThrow(new RegExp(secret))
  })

  it('A15: refuses an account whose username looks like one that is in use, and imports the others', async () => {
    await importFile(fileOf([named('paypal')]))
    const [lookalike, other] = [named('paypaI'), named('amina')]
    expect(await reasonsOf([lookalike, other])).toEqual([[lookalike['id'], 'username_looks_like_another']])
    expect(await countAccounts()).toBe(2)
  })

  it('A15: of two accounts in one file that look alike, imports the first', async () => {
    const [first, second] = [named('paypal'), named('paypaI')]
    expect(await reasonsOf([first, second])).toEqual([[second['id'], 'username_looks_like_another']])
  })

  it('A16: refuses identifiers whose canonical forms someone has changed', async () => {
    const changed: readonly Members[] = [
      { ...named('amina'), username_canonical: 'admin' },
      { ...named('grace'), username_skeletons: [] },
      account({ email: 'a@example.org', email_canonical: 'b@example.org' }),
      account({ email_canonical: 'c@example.org' }),
      account({ phone_number: '0712345678' }),
    ]
    const sorted = changed.toSorted((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1))
    expect((await reasonsOf(sorted)).map(([, reason]) => reason)).toEqual(
      sorted.map(() => 'differs_from_its_canonical_form'),
    )
  })

  it('refuses an account whose role neither the file nor the server has', async () => {
    const lost = account({ roles: ['auditor'] })
    expect(await reasonsOf([lost])).toEqual([[lost.id, 'role_missing']])
  })

  it('I6: does not give accounts that are here more than they had', async () => {
    await importFile(fileOf([role('support', ['tickets:read']), account({ roles: ['support'] })]))
    expect(await reasonsOf([role('support', ['users:write'])])).toEqual([['support', 'kept']])
    const held = database.db.selectFrom('role_permissions').select('permission')
    expect(await held.where('role', '=', 'support').execute()).toEqual([{ permission: 'tickets:read' }])
    const ofAdmin = await held.where('role', '=', 'admin').execute()
    expect(ofAdmin).toContainEqual({ permission: 'tickets:read' })
  })

  it('I1: does not bring back a session that has ended since the first import', async () => {
    const id = newId()
    const times = { authenticated_at: 0, created_at: 0, last_seen_at: 0, last_seen_day: 0, expires_at: 9 }
    const file = fileOf([account({ sessions: [{ id, amr: 'pwd', ...times }] })])
    await importFile(file)
    await database.db.deleteFrom('sessions').execute()
    expect((await importFile(file)).counts).toEqual({ account: { present: 1 } })
    expect(await database.db.selectFrom('sessions').select('id').execute()).toEqual([])
  })
})
