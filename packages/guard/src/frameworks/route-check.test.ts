import { describe, expect, it } from 'vitest'
import type { CurrentUser } from '../current-user.ts'
import { answerOf, Refusal } from '../refusal.ts'
import { decide, type RouteCheck, refusalOf } from './route-check.ts'

const user = { id: 'someone' } as CurrentUser
const answer: RouteCheck<object>['answer'] = (error) => {
  if (error instanceof Refusal) return answerOf(error, 'https://accounts.example.org')
  throw error
}
const refuses: RouteCheck<object> = {
  admit: async () => {
    throw new Refusal('invalid_token')
  },
  answer,
}

/** What `decide` does, and what has happened when it returns. */
async function outcomesOf(check: RouteCheck<object>): Promise<string[]> {
  const happened: string[] = []
  await new Promise<void>((resolve) => {
    const end = (what: string) => {
      happened.push(what)
      resolve()
    }
    decide(
      check,
      {},
      {
        admitted: () => end('admitted'),
        refused: ({ status }) => end(`refused ${status}`),
        failed: (error) => end(`failed ${error instanceof Error ? error.message : ''}`),
      },
    )
    happened.push('returned')
  })
  return happened
}

describe('a check in front of a route', () => {
  it('decides at once if there is nothing to wait for', async () => {
    expect(await outcomesOf({ admit: () => user, answer })).toEqual(['admitted', 'returned'])
  })

  it('waits if it must, and decides once', async () => {
    expect(await outcomesOf({ admit: async () => user, answer })).toEqual(['returned', 'admitted'])
    expect(await outcomesOf(refuses)).toEqual(['returned', 'refused 401'])
  })

  it('does not take a fault for a refusal', async () => {
    const fault = new Error('out of memory')
    const admits = [
      () => {
        throw fault
      },
      async () => {
        throw fault
      },
    ]
    for (const admit of admits) {
      expect(await outcomesOf({ admit, answer })).toContain('failed out of memory')
      await expect(refusalOf({ admit, answer }, {})).rejects.toBe(fault)
    }
  })

  it('does not admit a caller before the check has ended if a library has replaced Promise', async () => {
    const { Promise: original } = globalThis
    class Replaced<T> extends Promise<T> {}
    globalThis.Promise = Replaced
    try {
      expect((async () => user)()).not.toBeInstanceOf(Promise)
      expect(await outcomesOf(refuses)).toEqual(['returned', 'refused 401'])
      expect(await refusalOf(refuses, {})).toMatchObject({ status: 401 })
    } finally {
      globalThis.Promise = original
    }
  })
})
