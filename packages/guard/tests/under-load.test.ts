/** @module-tag long */

import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Guard } from '../src/guard.ts'
import { type Accounts, endSession, startAccounts } from './support/accounts.ts'

let accounts: Accounts
let guard: Guard
beforeAll(async () => {
  accounts = await startAccounts()
  guard = new Guard(accounts.options)
})
afterAll(async () => {
  await guard?.close()
  await accounts?.issuer.stop()
})

async function outcomeOf(token: string): Promise<string> {
  try {
    await guard.authorize(`Bearer ${token}`)
    return 'accepted'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}

/** Callers who send the same kind of token all the time, and what they were answered. */
class Callers {
  readonly #tokens: readonly string[]
  readonly #outcomes: string[] = []
  #isOver = false
  readonly #working: Promise<unknown>

  constructor(tokens: readonly string[]) {
    this.#tokens = tokens
    this.#working = Promise.all(Array.from({ length: 8 }, (_, caller) => this.#call(caller)))
  }

  /** Until every caller has had several more answers. */
  async work(): Promise<void> {
    const until = this.#outcomes.length + 16
    while (this.#outcomes.length < until) await sleep(5)
  }

  /** @returns the different answers */
  async end(): Promise<readonly string[]> {
    this.#isOver = true
    await this.#working
    return [...new Set(this.#outcomes)].sort()
  }

  async #call(caller: number): Promise<void> {
    for (let index = caller; !this.#isOver; index++) {
      this.#outcomes.push(await outcomeOf(this.#tokens[index % this.#tokens.length] ?? ''))
      await sleep(1)
    }
  }
}

describe('the guard under load', () => {
  it('accepts every good token and no bad one while keys rotate and the server goes away', async () => {
    const { issuer, maker } = accounts
    const people = Array.from({ length: 50 }, (_, index) => `person ${index}`)
    const signedBy = (key: string) => people.map((person) => maker.token({ person, key }))
    const publish = (...names: string[]) => issuer.publish(names.map((name) => maker.key(name)))
    const changed = new Callers(signedBy('first').map((token) => token.replace(/.{4}$/, 'AAAA')))
    const first = new Callers(signedBy('first'))
    await Promise.all([changed, first].map((each) => each.work()))

    // Rotations: each key signs at once, and the one before stays for a while.
    publish('first', 'second')
    const second = new Callers(signedBy('second'))
    await second.work()
    publish('first', 'second', 'third')
    const third = new Callers(signedBy('third'))
    await third.work()
    const all = [changed, first, second, third]
    const work = async () => await Promise.all(all.map((each) => each.work()))

    // A short absence, in which a key rotates. Callers with a key that no one published come too.
    issuer.setMode('down')
    await work()
    publish('first', 'second', 'third', 'fourth')
    const [fourth, stranger] = [new Callers(signedBy('fourth')), new Callers(signedBy('stranger'))]
    await Promise.all([work(), fourth.work(), stranger.work()])
    expect(await Promise.all([fourth.end(), stranger.end()])).toEqual([['unavailable'], ['unavailable']])
    issuer.setMode('up')
    await expect.poll(() => outcomeOf(signedBy('fourth')[0] ?? ''), { timeout: 60_000 }).toBe('accepted')
    const later = [new Callers(signedBy('fourth')), new Callers(signedBy('stranger'))]
    await Promise.all([work(), ...later.map((each) => each.work())])

    // A revocation while the stream is broken: it is known when the stream is back, and for good.
    const gone = maker.token({ person: 'gone' })
    expect(await outcomeOf(gone)).toBe('accepted')
    issuer.feed.cut('reset')
    endSession(accounts, 'gone')
    await expect.poll(() => outcomeOf(gone), { timeout: 60_000 }).toBe('invalid_token')
    const revoked = new Callers([gone])
    issuer.feed.cut('end')
    await Promise.all([work(), revoked.work()])

    const outcomes = await Promise.all([...all, ...later, revoked].map((each) => each.end()))
    const [accepted, refused] = [['accepted'], ['invalid_token']]
    expect(outcomes).toEqual([refused, accepted, accepted, accepted, accepted, refused, refused])
  })
})
