import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Coalescer } from './coalescer.ts'
import { Failure } from './failures.ts'
import { unavailable } from './problems.ts'

interface Question {
  readonly keys: readonly string[]
  readonly values: string
  answer(found: ReadonlyMap<string, string>): void
  fail(error: unknown): void
}

/** A coalescer whose questions the test answers. */
function open({ keysMax = 32, underWayMax = 2, slowMs = 60_000 } = {}) {
  const questions: Question[] = []
  const coalescer = new Coalescer<string, string, string>({
    ask: (keys, values) => {
      const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<string, string>>()
      questions.push({ keys, values, answer: resolve, fail: reject })
      return promise
    },
    keysMax,
    underWayMax,
    slowMs,
  })
  return { coalescer, questions }
}

function echo(question: Question) {
  question.answer(new Map(question.keys.map((key) => [key, `found ${key}`])))
}

describe('a coalescer', () => {
  it('asks one question for everyone who arrives in the same turn', async () => {
    const { coalescer, questions } = open()
    const found = Promise.all(['a', 'b', 'a', 'c'].map((key) => coalescer.find(key, 'now')))
    await setImmediate()
    expect(questions.map(({ keys }) => keys)).toEqual([['a', 'b', 'c']])
    questions[0]?.answer(
      new Map([
        ['a', '1'],
        ['b', '2'],
      ]),
    )
    expect(await found).toEqual(['1', '2', '1', null])
  })

  it('asks with the latest values', async () => {
    const { coalescer, questions } = open()
    const found = [coalescer.find('a', 'earlier'), coalescer.find('b', 'later')]
    await setImmediate()
    expect(questions[0]?.values).toBe('later')
    questions.forEach(echo)
    await Promise.all(found)
  })

  it('I2: never adds someone to a question that was asked before they arrived', async () => {
    const { coalescer, questions } = open({ underWayMax: 1 })
    const before = coalescer.find('a', 'now')
    await setImmediate()
    const after = coalescer.find('a', 'now')
    await setImmediate()
    expect(questions).toHaveLength(1)
    questions[0]?.answer(new Map([['a', 'not revoked yet']]))
    expect(await before).toBe('not revoked yet')
    while (questions.length < 2) await setImmediate()
    questions[1]?.answer(new Map())
    expect(await after).toBeNull()
  })

  it('gathers those who arrive while the questions before are under way', async () => {
    const { coalescer, questions } = open()
    const found: Promise<string | null>[] = []
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      found.push(coalescer.find(key, 'now'))
      await setImmediate()
    }
    expect(questions.map(({ keys }) => keys)).toEqual([['a'], ['b']])
    questions.slice(0, 2).forEach(echo)
    await Promise.all(found.slice(0, 2))
    while (questions.length < 3) await setImmediate()
    expect(questions.slice(2).map(({ keys }) => keys)).toEqual([['c', 'd', 'e']])
    questions.slice(2).forEach(echo)
    await Promise.all(found)
  })

  it('holds a limited number of keys in each question', async () => {
    const { coalescer, questions } = open({ keysMax: 2, underWayMax: 3 })
    const found = Promise.all(['a', 'b', 'c', 'd', 'e'].map((key) => coalescer.find(key, 'now')))
    for (let turn = 0; turn < 3; turn++) await setImmediate()
    expect(questions.map(({ keys }) => keys)).toEqual([['a', 'b'], ['c', 'd'], ['e']])
    questions.forEach(echo)
    expect(await found).toEqual(['a', 'b', 'c', 'd', 'e'].map((key) => `found ${key}`))
  })

  it('does not let a slow question hold back the others', async () => {
    const { coalescer, questions } = open({ underWayMax: 1, slowMs: 1 })
    const slow = coalescer.find('slow', 'now')
    await setImmediate()
    const next = coalescer.find('next', 'now')
    while (questions.length < 2) await setTimeout(1)
    const [first, second] = questions
    if (second) echo(second)
    expect(await next).toBe('found next')
    if (first) echo(first)
    expect(await slow).toBe('found slow')
  })

  it('lets a key that the database rejects fail alone', async () => {
    const { coalescer, questions } = open()
    const found = Promise.allSettled(['a', 'poison', 'b'].map((key) => coalescer.find(key, 'now')))
    await setImmediate()
    questions[0]?.fail(new Error('the whole statement'))
    await setImmediate()
    for (const question of questions.slice(1)) {
      if (question.keys.includes('poison')) question.fail(new Error('poisoned'))
      else echo(question)
    }
    expect(await found).toEqual([
      { status: 'fulfilled', value: 'found a' },
      { status: 'rejected', reason: new Error('poisoned') },
      { status: 'fulfilled', value: 'found b' },
    ])
  })

  it('I11: refuses everyone at once if the database is unavailable', async () => {
    const { coalescer, questions } = open()
    const found = Promise.allSettled(['a', 'b'].map((key) => coalescer.find(key, 'now')))
    await setImmediate()
    questions[0]?.fail(new Failure(unavailable))
    expect((await found).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(questions).toHaveLength(1)
  })

  it('runs a question in the context of a request that it answers', async () => {
    const request = new AsyncLocalStorage<string>()
    const contexts: (string | undefined)[] = []
    const coalescer = new Coalescer<string, null, string>({
      ask: async (keys) => {
        contexts.push(`${request.getStore()}: ${keys.join()}`)
        await setImmediate()
        return new Map()
      },
      keysMax: 2,
      underWayMax: 1,
      slowMs: 60_000,
    })
    await Promise.all(
      ['a', 'b', 'c'].map((key) => request.run(`request ${key}`, () => coalescer.find(key, null))),
    )
    expect(contexts).toEqual(['request a: a,b', 'request c: c'])
  })
})
