import { setTimeout as sleep } from 'node:timers/promises'
import type { Guard } from '../../packages/guard/src/guard.ts'
import { Connection } from './connection.ts'
import { requestBytes } from './request.ts'

export interface RevocationDelays {
  /** The server that ends the sessions. */
  readonly url: string
  readonly guard: Guard
  readonly tokens: readonly string[]
  readonly perSecond: number
}

const lookEveryMs = 1
const waitMaxMs = 60_000

/**
 * Ends the session of each token, and looks until the guard refuses the token. A delay begins when the caller has the
 * answer to their sign-out.
 */
export async function revocationDelaysMs(options: RevocationDelays): Promise<number[]> {
  const { url, guard, tokens, perSecond } = options
  for (const token of tokens) await guard.authorize(`Bearer ${token}`)
  const beganAt = performance.now()
  return await Promise.all(
    tokens.map(async (token, index) => {
      await sleep(Math.max(0, beganAt + (index * 1_000) / perSecond - performance.now()))
      return await revocationDelayMs(url, guard, token)
    }),
  )
}

async function revocationDelayMs(url: string, guard: Guard, token: string): Promise<number> {
  const authorization = `Bearer ${token}`
  const connection = new Connection(url)
  const path = '/v1/auth/logout'
  const { status } = await connection.send(requestBytes({ method: 'POST', path, headers: { authorization } }))
  connection.close()
  if (status !== 204) throw new Error(`the sign-out was answered with ${status}`)
  const endedAt = performance.now()
  while (await isAdmitted(guard, authorization)) {
    if (performance.now() - endedAt > waitMaxMs) throw new Error('the guard never refused the token')
    await sleep(lookEveryMs)
  }
  return performance.now() - endedAt
}

async function isAdmitted(guard: Guard, authorization: string): Promise<boolean> {
  try {
    await guard.authorize(authorization)
    return true
  } catch (error) {
    if ((error as { code?: unknown }).code === 'invalid_token') return false
    throw error
  }
}
