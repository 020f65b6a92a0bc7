import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { KnownRevocations } from '../../packages/guard/src/revocations/known-revocations.ts'

export interface Filled {
  readonly known: KnownRevocations
  readonly megabytes: number
}

const nowSeconds = 1_800_000_000

/** An id of version 7 whose end is spread as that of a random one is. */
function idOf(index: number): string {
  const end = (Math.imul(index, 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')
  return `01900000-0000-7000-8000-${(index % 65_536).toString(16).padStart(4, '0')}${end}`
}

/** Tells a guard of this many sessions that have ended. */
export async function fillRevocations(count: number): Promise<Filled> {
  const before = await usedBytes()
  const known = new KnownRevocations()
  const times = {
    revoked_at: new Date(nowSeconds * 1_000).toISOString(),
    expires_at: new Date((nowSeconds + 900) * 1_000).toISOString(),
  }
  const nothing = { account_id: null, role: null, kid: null }
  for (let index = 0; index < count; index++)
    known.add({ kind: 'session', session_id: idOf(index), ...nothing, ...times }, nowSeconds)
  return { known, megabytes: ((await usedBytes()) - before) / 1_000_000 }
}

/** Without garbage. */
async function usedBytes(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  // Buffers are freed some time after their objects.
  for (let round = 0; round < 3; round++) {
    collect()
    await sleep(50)
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** Nanoseconds for one look-up of a token, half of which were revoked. */
export function lookupNanoseconds({ known }: Filled, count: number, lookups: number): number {
  const ids = Array.from({ length: 10_000 }, (_, index) => idOf((index * 7_919) % (2 * count)))
  const accountId = idOf(4_000_000_000)
  const beganAt = performance.now()
  let revoked = 0
  for (let index = 0; index < lookups; index++) {
    const sessionId = ids[index % ids.length] ?? null
    if (known.concern({ accountId, sessionId, roles: ['user'], issuedAtSeconds: nowSeconds - 1 }, nowSeconds))
      revoked++
  }
  if (revoked === 0 || revoked === lookups) throw new Error('the look-ups found all or nothing')
  return ((performance.now() - beganAt) * 1_000_000) / lookups
}
