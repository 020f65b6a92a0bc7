import type { Services } from '../../src/app/wire.ts'
import { SignInAnomalies } from '../../src/features/safeguards/rate-limits/anomalies/service.ts'
import { noRequest } from '../../src/platform/kernel/request-context.ts'
import type { FrozenClock } from './frozen-clock.ts'
import type { Answer, TestClient } from './test-client.ts'

export const sprayedPassword = 'Summer holidays 2026!'

/** Behind a trusted proxy. */
export const from = (address: string) => ({ headers: { 'x-forwarded-for': address } })

/** An address in the network with this number. */
export const addressIn = (network: number) => `10.${network >> 8}.${network & 255}.7`

export interface Spray {
  readonly accounts: number
  readonly networks: number
  /** The same for each account if it is not given. */
  readonly passwordOf?: (account: number) => string
}

/** Tries one password on each account, from one network after the other. @returns the answers */
export async function spray(
  client: TestClient,
  { accounts, networks, passwordOf = () => sprayedPassword }: Spray,
): Promise<Answer[]> {
  const tries = Array.from({ length: accounts }, (_, account) =>
    client.post(
      '/v1/auth/login',
      { username: `victim${account}`, password: passwordOf(account) },
      from(addressIn(account % networks)),
    ),
  )
  return await Promise.all(tries)
}

/** Recognises an anomaly and records it, without HTTP. */
export async function recordAnomaly(services: Services, clock: FrozenClock) {
  const anomalies = new SignInAnomalies({
    ...services,
    clock,
    thresholds: { accountsMin: 10, networksMin: 10, frequentShareMin: 0.3 },
    networkLimitFactor: 10,
    isOn: true,
    isStrict: true,
  })
  for (let account = 0; account < 20; account++) {
    const context = { ...noRequest, ipAddress: addressIn(account) }
    anomalies.refuse({ subject: [`victim${account}`], password: sprayedPassword, context }, null)
  }
  await anomalies.record()
  return { account_id: null, session_id: null, outcome: 'failure' } as const
}
