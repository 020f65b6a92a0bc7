import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { type DeletionServer, daySeconds, startDeletionServer } from '../support/deletion-server.ts'
import { engines } from '../support/engines.ts'
import { loginWith, newPerson } from '../support/people.ts'
import { raceSize } from '../support/race-size.ts'
import type { Answer } from '../support/test-client.ts'

const ways = raceSize
const env = {
  // One name, so that each takes the tokens of the other.
  PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
  // No sign-in ends the session of another one.
  PROXIMA_SESSIONS_PER_ACCOUNT_MAX: '10000',
}

/** Two nodes on one database: what one has revoked the other must not let in. */
describe.each(engines)('leaving on $name during other calls', (engine) => {
  let one: DeletionServer
  let other: DeletionServer
  beforeAll(async () => {
    one = await startDeletionServer(engine, { env })
    const { databaseUrl, clock } = one
    other = await startDeletionServer(engine, { databaseUrl, clock, env })
  })
  afterAll(async () => {
    await other?.close()
    await one?.close()
  })

  const nodeOf = (index: number) => (index % 2 === 0 ? one : other)
  const refusals = [401, 503]

  /** Repeats the call while the others have all connections, as a client does after a 503. */
  async function untilAvailable(act: () => Promise<Answer>): Promise<Answer> {
    const answer = await act()
    return answer.status === 503 ? await untilAvailable(act) : answer
  }

  /** Acts once a tenth has been let in. @returns the answers that let someone in */
  async function race(come: (index: number) => Promise<Answer>, act: () => Promise<Answer>) {
    let letIn = 0
    let acted: Promise<Answer> | null = null
    const answers = await Promise.all(
      Array.from({ length: ways }, async (_, index) => {
        const answer = await come(index)
        if (answer.status === 200) letIn += 1
        if (letIn >= ways / 10) acted ??= untilAvailable(act)
        return answer
      }),
    )
    const done = await (acted ?? untilAvailable(act))
    expect(answers.filter(({ status }) => ![200, ...refusals].includes(status))).toEqual([])
    return { done, entered: answers.filter(({ status }) => status === 200) }
  }

  async function expectOut(accountId: AccountId, entered: readonly Answer[]): Promise<void> {
    const sessions = one.services.db.selectFrom('sessions').select('id').where('account_id', '=', accountId)
    expect(await sessions.execute()).toEqual([])
    const last = entered.slice(-100)
    const calls = last.map(({ body }, index) => nodeOf(index).client.me(String(body.access_token)))
    expect((await Promise.all(calls)).filter(({ status }) => status === 200)).toEqual([])
  }

  it('I2: none of many sign-ins outlives the deletion', { tags: 'long' }, async () => {
    const { id, secret, token } = await newPerson(one.client)
    const { done, entered } = await race(
      (index) => nodeOf(index).client.post('/v1/auth/token', { user_secret: secret }),
      () => other.deleteMe(token, { user_secret: secret }),
    )
    expect(done.status).toBe(202)
    await expectOut(id, entered)
  })

  it('I2: none of many refreshes outlives the deletion', { tags: 'long' }, async () => {
    const { id, secret } = await newPerson(one.client)
    const { access_token: token, refresh_token } = await loginWith(one.client, secret)
    const { done, entered } = await race(
      (index) => nodeOf(index).client.post('/v1/auth/refresh', { refresh_token }),
      () => other.deleteMe(token, { user_secret: secret }),
    )
    expect(done.status).toBe(202)
    await expectOut(id, entered)
  })

  it('one of many simultaneous deletions succeeds, and has the receipt', async () => {
    const { id, secret, token } = await newPerson(one.client)
    const body = { user_secret: secret }
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => nodeOf(index).deleteMe(token, body)),
    )
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1)
    expect(answers.filter(({ status }) => ![202, ...refusals].includes(status))).toEqual([])
    const rows = one.services.db.selectFrom('deletions').select('pseudonym').where('account_id', '=', id)
    expect(await rows.execute()).toHaveLength(1)
  })

  it('many restorations and another deletion at once leave nothing incomplete, and all are recorded', {
    tags: 'long',
  }, async () => {
    const { id, secret } = await one.leave()
    const { done, entered } = await race(
      (index) => nodeOf(index).restore({ user_secret: secret }),
      async () => {
        const { body } = await one.restore({ user_secret: secret })
        return await one.deleteMe(String(body.access_token), { user_secret: secret })
      },
    )
    // A restoration after it makes the account active again, and the last deletion is then restored.
    const { db } = one.services
    const account = await db.selectFrom('accounts').select('status').where('id', '=', id).executeTakeFirst()
    const deletions = await db.selectFrom('deletions').selectAll().where('account_id', '=', id).execute()
    const pending = deletions.filter(({ restored_at }) => restored_at === null)
    expect(pending).toHaveLength(account?.status === 'deleted' ? 1 : 0)
    if (account?.status === 'deleted') await expectOut(id, entered)
    expect([202, 401]).toContain(done.status)
    const events = await db
      .selectFrom('audit_events')
      .select('action')
      .where('account_id', '=', id)
      .where('outcome', '=', 'success')
      .execute()
    const count = (action: string) => events.filter((event) => event.action === action).length
    expect(count('deletion')).toBe(deletions.length)
    expect(count('restoration')).toBe(deletions.length - pending.length)
  })

  it('at the end of the grace period an account is erased or restored, and never both', async () => {
    const gone = await Promise.all(Array.from({ length: 40 }, () => one.leave()))
    one.clock.advance(7 * daySeconds - 1)
    const restoring = gone.map(({ secret }, index) => nodeOf(index).restore({ user_secret: secret }))
    one.clock.advance(1)
    await Promise.all([one.purge(), other.purge(), one.purge()])
    const answers = await Promise.all(restoring)
    await one.purge()
    for (const [index, { receipt, secret }] of gone.entries()) {
      const { status } = (await one.check(receipt)).body
      expect(status).toBe(answers[index]?.status === 200 ? 'restored' : 'erased')
      const signIn = await other.client.post('/v1/auth/token', { user_secret: secret })
      expect(signIn.status).toBe(status === 'restored' ? 200 : 401)
    }
  })

  it('A56: is effective on another node, and on one that starts later', async () => {
    const { secret, token, ...person } = await newPerson(one.client)
    expect((await other.client.me(token)).body.id).toBe(person.id)
    const receipt = String((await one.deleteMe(token, { user_secret: secret })).body.receipt)
    const { databaseUrl, clock } = one
    const later = await startDeletionServer(engine, { databaseUrl, clock, env })
    try {
      for (const { client } of [other, later]) {
        expect((await client.me(token)).status).toBe(401)
        expect((await client.post('/v1/auth/token', { user_secret: secret })).status).toBe(401)
      }
      clock.advance(7 * daySeconds)
      await later.purge()
      expect((await other.check(receipt)).body.status).toBe('erased')
      expect((await other.restore({ user_secret: secret })).status).toBe(401)
    } finally {
      await later.close()
    }
  })
})
