import { Issuer } from '../../conformance/issuer.ts'
import { newSigningKey } from '../../conformance/signing-key.ts'
import { TokenMaker } from '../../conformance/token-maker.ts'
import type { GuardOptions } from '../../src/settings.ts'

/** An issuer with a key, the tokens that it signs, and the options of a guard for it. */
export interface Accounts {
  readonly issuer: Issuer
  readonly maker: TokenMaker
  readonly options: GuardOptions
  /** What the guard would have printed. */
  readonly warnings: string[]
}

export async function startAccounts(): Promise<Accounts> {
  const issuer = await Issuer.start()
  const key = newSigningKey()
  issuer.publish([key])
  const warnings: string[] = []
  const { url, audience, apiKey } = issuer
  const logger = { warn: (message: string) => void warnings.push(message) }
  return {
    issuer,
    maker: new TokenMaker(issuer, key),
    options: { issuer: url, audience, apiKey, logger },
    warnings,
  }
}

const tokenLifeMs = 900_000

/** Tells the guard that the session of a person has ended. @param name as the token maker knows them */
export function endSession({ issuer, maker }: Accounts, name?: string): void {
  const { accountId, sessionId } = maker.person(name)
  const now = Date.now()
  issuer.feed.record([
    {
      kind: 'session',
      session_id: sessionId,
      account_id: accountId,
      role: null,
      kid: null,
      revoked_at: new Date(now).toISOString(),
      expires_at: new Date(now + tokenLifeMs).toISOString(),
    },
  ])
}
