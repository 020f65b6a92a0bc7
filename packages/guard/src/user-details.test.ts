import { beforeEach, describe, expect, it } from 'vitest'
import type { Answer, ServerRequest } from './server.ts'
import { UserDetailsCache } from './user-details.ts'

let answer: Answer
let asked: ServerRequest[]
let timeMs: number
let details: UserDetailsCache
beforeEach(() => {
  answer = { status: 200, json: { username: 'wanjiru' } }
  asked = []
  timeMs = 0
  const server = {
    ask: async (request: ServerRequest) => {
      asked.push(request)
      return answer
    },
  }
  details = new UserDetailsCache({ server, now: () => timeMs })
})

describe('the details of a user', () => {
  it('are asked with the credential of the caller, once for half a minute', async () => {
    expect(await Promise.all([details.of('a'), details.of('a')])).toEqual([
      { username: 'wanjiru' },
      { username: 'wanjiru' },
    ])
    timeMs = 29_999
    await details.of('a')
    expect(asked).toEqual([{ path: '/v1/me', headers: { authorization: 'Bearer a' } }])
    timeMs = 30_000
    await details.of('a')
    expect(asked).toHaveLength(2)
  })

  it('are never those of another caller', async () => {
    await details.of('a')
    answer = { status: 200, json: { username: 'otieno' } }
    expect(await details.of('b')).toEqual({ username: 'otieno' })
    expect(await details.of('a')).toEqual({ username: 'wanjiru' })
  })

  it.each([
    [401, 'invalid_token'],
    [403, 'unavailable'],
    [404, 'unavailable'],
  ])('are not there after status %i, and asked again the next time', async (status, code) => {
    answer = { status, json: null }
    await expect(details.of('a')).rejects.toMatchObject({ code })
    answer = { status: 200, json: { username: 'wanjiru' } }
    expect(await details.of('a')).toEqual({ username: 'wanjiru' })
  })
})
