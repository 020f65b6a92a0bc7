import { Failure } from '../../platform/kernel/failures.ts'
import type { AccountId, SessionId } from '../../platform/kernel/ids.ts'
import type { RequestContext } from '../../platform/kernel/request-context.ts'
import type { Client } from '../authorization/clients/model.ts'
import {
  type CodeGrant,
  type GivenCode,
  type IssuedTokens,
  invalidGrant,
  type PushedRequest,
  pushedRequestPath,
  tokenPath,
  unauthorizedClient,
} from '../integration/oauth/model.ts'
import type { EngineAnswer, OpenIdEngine } from './engine/service.ts'
import type { Redemption } from './redemption.ts'
import { refusalOf } from './refusals.ts'

export interface OpenIdServiceOptions {
  readonly engine: Pick<OpenIdEngine, 'handle'>
  readonly redemption: Redemption
}

/** What applications ask the provider for without a browser. Who they are has been found out before. */
export class OpenIdService implements CodeGrant {
  readonly #options: OpenIdServiceOptions

  constructor(options: OpenIdServiceOptions) {
    this.#options = options
  }

  async redeem(
    { code, codeVerifier, redirectUri }: GivenCode,
    client: Client,
    context: RequestContext,
  ): Promise<IssuedTokens> {
    if (!client.grantTypes.includes('authorization_code')) throw new Failure(unauthorizedClient)
    const form = {
      grant_type: 'authorization_code',
      client_id: client.id,
      code,
      ...(codeVerifier !== undefined && { code_verifier: codeVerifier }),
      ...(redirectUri !== undefined && { redirect_uri: redirectUri }),
    }
    const answer = await this.#post(tokenPath, form)
    const idToken = answer.body?.['id_token']
    const accepted = acceptedIn(answer)
    const tokens = await this.#options.redemption.redeem(accepted, client, context)
    return typeof idToken === 'string' ? { ...tokens, idToken } : tokens
  }

  async push(parameters: Readonly<Record<string, string>>, client: Client): Promise<PushedRequest> {
    if (!client.grantTypes.includes('authorization_code')) throw new Failure(unauthorizedClient)
    const {
      client_secret: _secret,
      client_assertion: _assertion,
      client_assertion_type: _type,
      ...rest
    } = parameters
    const { body } = await this.#post(pushedRequestPath, { ...rest, client_id: client.id })
    return { requestUri: String(body?.['request_uri']), expiresInSeconds: Number(body?.['expires_in']) }
  }

  async #post(path: string, form: Readonly<Record<string, string>>): Promise<EngineAnswer> {
    const answer = await this.#options.engine.handle({ method: 'POST', path, form })
    if (answer.status >= 400) throw refusalOf(answer)
    return answer
  }
}

function acceptedIn({ entities }: EngineAnswer) {
  const code = entities.AuthorizationCode
  if (code?.accountId === undefined || code.grantId === undefined || code.sessionUid === undefined)
    throw new Failure(invalidGrant)
  return {
    accountId: code.accountId as AccountId,
    grantId: code.grantId,
    sessionId: code.sessionUid as SessionId,
    scope: (code.scope ?? '').split(' ').filter((each) => each !== ''),
  }
}
