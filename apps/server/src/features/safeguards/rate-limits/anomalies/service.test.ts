import { beforeEach, describe, expect, it } from 'vitest'
import { FrozenClock } from '../../../../../tests/support/frozen-clock.ts'
import { requestFrom } from '../../../../../tests/support/request-context.ts'
import type { Database } from '../../../../platform/database/tables.ts'
import type { AuditSubject } from '../../audit/model.ts'
import { windowMs } from './model.ts'
import { SignInAnomalies } from './service.ts'

/** Nothing here reads the database: the events go to a list. */
const db = {} as Database

describe('an anomaly of sign-ins', () => {
  let clock: FrozenClock
  let recorded: [outcome: string, changes: AuditSubject['changes']][]
  let anomalies: SignInAnomalies
  beforeEach(() => {
    clock = new FrozenClock()
    recorded = []
    const record = (outcome: string) => async (_db: unknown, _action: unknown, subject: AuditSubject) =>
      void recorded.push([outcome, subject.changes])
    anomalies = new SignInAnomalies({
      db,
      clock,
      audit: { success: record('success'), failure: record('failure') },
      guesses: { outlookFor: async () => ({ mustWait: false, isKnownClient: false }) },
      limiter: {
        take: async () => expect.unreachable('the limits are not stricter'),
        refund: async () => expect.unreachable('the limits are not stricter'),
      },
      thresholds: { accountsMin: 10, networksMin: 10, frequentShareMin: 0.5 },
      networkLimitFactor: 2,
      isOn: true,
      isStrict: false,
    })
  })

  /** One wrong password on each of many accounts, from as many networks. */
  function spray(accounts: number): void {
    for (let index = 0; index < accounts; index++) {
      const subject = ['account', String(index)]
      anomalies.refuse({ subject, password: 'sprayed', context: requestFrom(`198.51.${index}.1`) }, null)
    }
  }

  it('A41: is counted when it begins, and not again while it lasts', () => {
    spray(3)
    expect([anomalies.isActive, anomalies.count]).toEqual([false, 0])
    spray(40)
    expect([anomalies.isActive, anomalies.count]).toEqual([true, 1])
    spray(40)
    expect(anomalies.count).toBe(1)
    clock.advance(windowMs / 1_000)
    expect([anomalies.isActive, anomalies.count]).toEqual([false, 1])
  })

  it('A41: is recorded once when it begins and once when it ends, with the state before and after', async () => {
    expect(await anomalies.record()).toBeNull()
    spray(40)
    expect(await anomalies.record()).toMatchObject({ isActive: true, accounts: 40, networks: 40 })
    expect(await anomalies.record()).toBeNull()
    clock.advance(windowMs / 1_000)
    expect(await anomalies.record()).toMatchObject({ isActive: false })
    expect(recorded).toMatchObject([
      ['failure', { before: { active: false }, after: { active: true, accounts: 40, networks: 40 } }],
      ['success', { before: { active: true }, after: { active: false } }],
    ])
    // Of an anomaly that is over, there are no numbers.
    expect(recorded[1]?.[1]?.after).toEqual({ active: false })
  })
})
