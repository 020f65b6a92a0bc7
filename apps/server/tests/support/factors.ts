import { codeAt } from '../../src/features/authenticators/totp/codes.ts'
import { stepAt } from '../../src/features/authenticators/totp/model.ts'
import type { FrozenClock } from './frozen-clock.ts'
import type { Answer, TestClient } from './test-client.ts'

/** Settings with which everyone who has added a second factor may give a code by email instead. */
export const codesByEmail = {
  PROXIMA_SECOND_FACTOR_CODES: 'email',
  PROXIMA_SECOND_FACTOR_CODES_BESIDE_OTHERS: 'on',
}

export interface AddedTotp {
  readonly secret: string
  readonly recoveryCodes: readonly string[]
}

/** The code that an authenticator app shows at this time, or that many steps later. */
export async function totpCode(secret: string, clock: FrozenClock, later = 0): Promise<string> {
  return await codeAt(secret, stepAt(clock.now()) + later)
}

/** Adds an authenticator app to the account. The clock then shows the next code. */
export async function addTotp(
  client: TestClient,
  token: string,
  clock: FrozenClock,
  headers: Record<string, string> = {},
): Promise<AddedTotp> {
  const started = await client.send('POST', '/v1/me/factors/totp', undefined, { token, headers })
  if (started.status !== 200) throw new Error(`totp answered ${started.text}`)
  const secret = String(started.body.secret)
  const code = await totpCode(secret, clock)
  const confirmed = await client.post('/v1/me/factors/totp/confirm', { code }, { token, headers })
  if (confirmed.status !== 200) throw new Error(`confirm answered ${confirmed.text}`)
  clock.advance(30)
  return { secret, recoveryCodes: confirmed.body.recovery_codes }
}

/** Sends a second factor for the challenge of an answer. */
export function finish(client: TestClient, { body }: Answer, factor: string, code: string): Promise<Answer> {
  return client.post('/v1/auth/mfa', { challenge: body.challenge, factor, code })
}
