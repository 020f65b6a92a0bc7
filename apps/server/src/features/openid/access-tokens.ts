import type { AdapterPayload } from 'oidc-provider'
import { Failure } from '../../platform/kernel/failures.ts'
import { type Caller, hasSession } from '../../platform/kernel/principal.ts'
import { isSessionCode } from '../../platform/kernel/session-code.ts'
import type { Client } from '../authorization/clients/model.ts'
import { asked } from './applications/model.ts'

export interface AccessTokenSources {
  readonly authenticate: (token: string) => Promise<Caller>
  readonly findClient: (id: string) => Promise<Client | null>
}

/** How the library finds what an access token opens: it is one of Proxima, and works only as long as its session. */
export function accessTokenFinder({ authenticate, findClient }: AccessTokenSources) {
  return async (token: string): Promise<AdapterPayload | undefined> => {
    // A session code is the person's own, and no application has one.
    if (isSessionCode(token)) return undefined
    const caller = await callerOf(authenticate, token)
    if (caller === null || !hasSession(caller)) return undefined
    const { accountId, clientId, delegation, sessionEndsAt } = caller
    if (clientId === null || delegation === null) return undefined
    const client = await findClient(clientId)
    if (client === null) return undefined
    return {
      kind: 'AccessToken',
      accountId,
      clientId,
      grantId: delegation.grantId,
      // What the client may ask for may have become less since.
      scope: asked(client, delegation.scope).join(' '),
      exp: Math.floor(sessionEndsAt.getTime() / 1_000),
    }
  }
}

async function callerOf(
  authenticate: (token: string) => Promise<Caller>,
  token: string,
): Promise<Caller | null> {
  try {
    return await authenticate(token)
  } catch (error) {
    if (error instanceof Failure && error.problem.kind === 'unauthenticated') return null
    throw error
  }
}
