/** @module-tag long */

import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GuideSandbox } from '../support/guide-sandbox.ts'
import { newPerson } from '../support/people.ts'
import { endLeftovers, type Outcome, startProxima } from '../support/process.ts'

describe('an operator who verifies the audit trail', () => {
  const sandbox = new GuideSandbox()
  const inFolder = (name: string) => `${sandbox.folder}/${name}`
  const settings = {
    PROXIMA_DATA_DIR: inFolder('data'),
    PROXIMA_AUDIT_CHECKPOINT_FILE: inFolder('checkpoints.txt'),
  }
  beforeAll(async () => {
    sandbox.useDevelopment()
    const server = await startProxima(settings)
    await newPerson(server.client)
    await newPerson(server.client)
    await server.process.stop()
  })
  afterAll(async () => {
    await endLeftovers()
    sandbox.remove()
  })

  const verifyCopy = (): Promise<Outcome> => sandbox.run('audit.md#how-changes-are-found sh 2')

  function change(statement: string): void {
    const db = new DatabaseSync(inFolder('copy.sqlite'))
    db.exec(statement)
    db.close()
  }

  it('finds nothing in the database of the server', async () => {
    const { exitCode, stdout, stderr } = await sandbox.run('audit.md#how-changes-are-found sh', { settings })
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(
      /^\d+ events? in \d+ blocks? \(1 to \d+\), \d+ checkpoints?\.\nThe audit trail is whole\.\n$/,
    )
  })

  it('verifies a copy with the keys and the checkpoints alone', async () => {
    const keys = await sandbox.run('audit.md#checkpoints sh', { settings })
    expect([keys.exitCode, keys.stderr]).toEqual([0, ''])
    expect(readFileSync(inFolder('audit-keys.json'), 'utf8')).not.toContain('"d"')
    copyFileSync(inFolder('data/proxima.sqlite'), inFolder('copy.sqlite'))
    expect(await verifyCopy()).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('is told where the copy was changed, and that its end is missing', async () => {
    change("update audit_events set ip_address = '198.51.100.1' where action = 'sign_in'")
    const changed = await verifyCopy()
    expect(changed.exitCode).toBe(1)
    expect(changed.stdout).toMatch(/^Event \S+ in block \d+ is not as it was sealed\. \(event_changed\)\n/)
    expect(changed.stdout).toContain('2 findings: the audit trail was changed.\n')
    copyFileSync(inFolder('data/proxima.sqlite'), inFolder('copy.sqlite'))
    change(`
      delete from audit_events where block = (select max(number) from audit_blocks);
      delete from audit_blocks where number = (select max(number) from audit_blocks);
      delete from audit_checkpoints`)
    const cut = await verifyCopy()
    expect(cut.exitCode).toBe(1)
    expect(cut.stdout.match(/\(tail_missing\)/g)?.length).toBeGreaterThanOrEqual(2)
  })

  it('is told which option is wrong', async () => {
    writeFileSync(inFolder('audit-keys.json'), 'nothing')
    expect(await verifyCopy()).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('--keys audit-keys.json is not a readable JWK Set') as string,
    })
  })
})
