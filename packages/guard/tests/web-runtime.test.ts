import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as guardModule from '../src/guard.ts'
import { type Accounts, endSession, startAccounts } from './support/accounts.ts'

/** What browsers, Bun, Deno and edge runtimes have in common. Nothing of Node is among it. */
const webGlobals = {
  AbortController,
  AbortSignal,
  ArrayBuffer,
  atob,
  btoa,
  clearTimeout,
  console,
  crypto,
  CryptoKey,
  fetch,
  Headers,
  performance,
  ReadableStream,
  Request,
  Response,
  setTimeout,
  structuredClone,
  TextDecoder,
  TextEncoder,
  Uint8Array,
  URL,
  URLSearchParams,
}

async function bundled(): Promise<string> {
  const build = await rolldown({
    input: fileURLToPath(new URL('../src/guard.ts', import.meta.url)),
    platform: 'neutral',
    resolve: { conditionNames: ['import', 'default'], mainFields: ['module', 'main'] },
    onLog: (_level, log) => {
      // An import that does not resolve, such as one of node:crypto, is a warning.
      throw new Error(log.message)
    },
  })
  const { output } = await build.generate({ format: 'iife', name: 'proximaGuard' })
  await build.close()
  return output[0].code
}

describe('the guard without Node', () => {
  let accounts: Accounts
  let Guard: typeof guardModule.Guard
  beforeAll(async () => {
    accounts = await startAccounts()
    const context = createContext({ ...webGlobals }) as { proximaGuard?: typeof guardModule }
    runInContext(await bundled(), context)
    const nodeOnly = '[typeof process, typeof Buffer, typeof require, typeof setImmediate].join()'
    expect(runInContext(nodeOnly, context)).toBe('undefined,undefined,undefined,undefined')
    if (context.proximaGuard === undefined) throw new Error('the bundle has no exports')
    Guard = context.proximaGuard.Guard
  })
  afterAll(async () => await accounts.issuer.stop())

  it('verifies tokens, follows revocations, and asks about other credentials', async () => {
    const { maker, options } = accounts
    const guard = new Guard(options)
    const authorize = async (credential: string) => await guard.authorize(`Bearer ${credential}`)
    const { accountId } = maker.person('first')
    const token = maker.token({ person: 'first' })
    expect(await authorize(token)).toMatchObject({ id: accountId })
    // A token that was seen before is answered without a promise.
    expect(guard.authorize(`Bearer ${token}`)).toMatchObject({ id: accountId })
    await expect(authorize(token.replace(/.{4}$/, 'AAAA'))).rejects.toMatchObject({ code: 'invalid_token' })
    const key = maker.credential({ kind: 'api_key', name: 'key', person: 'first' })
    expect(await authorize(key)).toMatchObject({ id: accountId })

    endSession(accounts, 'first')
    await expect
      .poll(async () => await authorize(token).catch((error: unknown) => (error as { code?: string }).code), {
        timeout: 60_000,
      })
      .toBe('invalid_token')
    await guard.close()
  })
})
