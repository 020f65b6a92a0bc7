import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose'
import type { Services } from '../../src/app/wire.ts'
import { operator } from '../../src/features/authorization/roles/model.ts'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import type { SessionId } from '../../src/platform/kernel/ids.ts'
import { noRequest } from '../../src/platform/kernel/request-context.ts'
import { basic, postForm, tokenOf } from './oauth.ts'
import { newPerson } from './people.ts'
import type { TestClient } from './test-client.ts'

interface World {
  readonly client: TestClient
  readonly services: Services
}

/** One act for each action of the audit trail that is about programs and their accounts. */
export const clientActs = {
  service_account_creation: async ({ services }: World) => {
    const { id } = await services.serviceAccounts.create('Billing', noRequest)
    return { account_id: id, session_id: null }
  },
  client_creation: async ({ services }: World) => {
    const { accountId } = await newClientOf(services)
    return { account_id: accountId, session_id: null }
  },
  client_change: async ({ services }: World) => {
    const { id, accountId } = await newClientOf(services)
    await services.clientAdministration.update(id, { name: 'Other' }, operator)
    return { account_id: accountId, session_id: null }
  },
  client_deletion: async ({ services }: World) => {
    const { id, accountId } = await newClientOf(services)
    await services.clientAdministration.delete(id, operator)
    return { account_id: accountId, session_id: null }
  },
  client_secret_creation: async ({ services }: World) => {
    const { id, accountId } = await newClientOf(services)
    await services.clientAdministration.addSecret(id, operator, null)
    return { account_id: accountId, session_id: null }
  },
  client_secret_deletion: async ({ services }: World) => {
    const { id, accountId, secretId } = await newClientOf(services)
    await services.clientAdministration.deleteSecret(id, secretId, operator)
    return { account_id: accountId, session_id: null }
  },
  consent_grant: async ({ client, services }: World) => ({
    account_id: (await newConsentOf(client, services)).accountId,
    session_id: null,
  }),
  consent_revocation: async ({ client, services }: World) => {
    const { accountId, clientId, token } = await newConsentOf(client, services)
    await client.send('DELETE', `/v1/me/consents/${clientId}`, undefined, { token })
    return { account_id: accountId, session_id: null }
  },
  client_sign_in: async ({ client, services }: World) => {
    const own = await newClientOf(services)
    const { sid } = decodeJwt<{ sid: string }>(await tokenOf(client, own))
    return { account_id: own.accountId, session_id: sid }
  },
  application_sign_in: async ({ client, services }: World) => {
    const fields = { name: 'Moments', redirectUris: [callback], isFirstParty: true }
    const { client: application } = await services.clientAdministration.create(fields, operator)
    const person = await newPerson(client)
    const code = await codeFor(services, application.id, person.sessionId)
    const given = { code, codeVerifier: verifier, redirectUri: callback }
    const { accessToken } = await services.codeGrant.redeem(given, application, noRequest)
    return { account_id: person.id, session_id: decodeJwt<{ sid: string }>(accessToken).sid }
  },
  token_revocation: async ({ client, services }: World) => {
    const own = await newClientOf(services)
    const token = await tokenOf(client, own)
    await postForm(client, '/oauth/revoke', { token }, { authorization: basic(own) })
    return { account_id: own.accountId, session_id: decodeJwt<{ sid: string }>(token).sid }
  },
}

const callback = 'https://moments.example.org/callback'
const verifier = 'v'.repeat(43)

/** What the browser of a person brings to an application in which they have signed in. */
async function codeFor(services: Services, clientId: string, sessionId: SessionId): Promise<string> {
  const principal = await services.sessions.principal(sessionId)
  const query = new URLSearchParams({
    client_id: clientId,
    response_type: 'code',
    redirect_uri: callback,
    scope: 'openid',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
  const browser = { principal, readCookie: () => null, cookies: [] }
  const path = `/oauth/authorize?${query.toString()}`
  const { location } = await services.openIdEngine.handle({ method: 'GET', path, browser })
  return new URL(location ?? '').searchParams.get('code') ?? ''
}

async function newClientOf(services: Services) {
  const { client, secret } = await services.clientAdministration.create({ name: 'A program' }, operator)
  if (secret === null) throw new Error('the client has no secret')
  return { id: client.id, accountId: client.accountId, secret: secret.secret, secretId: secret.id }
}

async function newConsentOf(client: TestClient, services: Services) {
  const { id: accountId, token } = await newPerson(client)
  const { id: clientId } = await newClientOf(services)
  await inTransaction(services.db, (transaction) =>
    services.consents.grant(transaction, { accountId, clientId, scope: ['openid'] }, noRequest),
  )
  return { accountId, clientId, token }
}
