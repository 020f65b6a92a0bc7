import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../src/app/wire.ts'
import type { AuditAction, AuditOutcome } from '../../src/features/safeguards/audit/model.ts'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { noRequest } from '../../src/platform/kernel/request-context.ts'
import { pseudonymOfErased, readEvents } from '../support/audit-events.ts'
import { roleActs } from '../support/audited-roles.ts'
import { userActs } from '../support/audited-user-acts.ts'
import { clientActs } from '../support/client-acts.ts'
import { changeContact, requestContact } from '../support/contact-changes.ts'
import { type DeletionServer, daySeconds, startDeletionServer } from '../support/deletion-server.ts'
import { engines } from '../support/engines.ts'
import { type byProvider, factorActs } from '../support/factor-acts.ts'
import { codesByEmail } from '../support/factors.ts'
import { jpeg } from '../support/hostile-images.ts'
import { importPerson } from '../support/import-act.ts'
import { PageVisitor } from '../support/page-visitor.ts'
import { password } from '../support/password.ts'
import { loginWith, newPerson, signInWith } from '../support/people.ts'
import { imagePath, putImage } from '../support/pictures.ts'
import { programActs } from '../support/program-acts.ts'
import { recoveryTokenFor } from '../support/recovery.ts'
import { codeSentTo, linkTokenSentTo } from '../support/sent-codes.ts'
import { recordAnomaly } from '../support/spray.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { pressUndo, undoTokenSentTo } from '../support/undo.ts'
import { verifyAddresses } from '../support/verified-addresses.ts'
import { webhookActs } from '../support/webhook-acts.ts'

/** What the audit trail must hold after an act. */
interface Trace {
  readonly account_id: string | null
  readonly session_id: string | null
  readonly outcome?: AuditOutcome
}

interface World extends DeletionServer {
  /** Whose hashes cost more, on the same database. */
  readonly dearer: TestServer
}

type Act = (world: World) => Promise<Trace>

/** A command that needs a process has its test there. */
const byProcess = 'tests/process/audit-trail.test.ts'

function asOperator(act: (services: Services, id: AccountId) => Promise<unknown>): Act {
  return async ({ client, services }) => {
    const { id } = await newPerson(client)
    await act(services, id)
    return { account_id: id, session_id: null }
  }
}

const sessionsMax = 3

/** One act for each action. The type of the list makes a new action fail until it has one. */
const acts: Record<AuditAction, Act | typeof byProcess | typeof byProvider> = {
  registration: async ({ client }) => {
    const { body } = await client.register({ username: 'registered' })
    return { account_id: body.id, session_id: null }
  },
  import: async ({ services, clock }) => await importPerson(services, clock),
  ...userActs,
  ...clientActs,
  ...programActs,
  ...factorActs,
  sign_in: async ({ client }) => {
    const { id, sessionId } = await newPerson(client)
    return { account_id: id, session_id: sessionId }
  },
  sign_in_anomaly: async ({ services, clock }) => await recordAnomaly(services, clock),
  sign_out: async ({ client }) => {
    const { id, token, sessionId } = await newPerson(client)
    await client.post('/v1/auth/logout', {}, { token })
    return { account_id: id, session_id: sessionId }
  },
  reauthentication: async ({ client }) => {
    const { id, token, sessionId } = await newPerson(client)
    await client.put('/v1/me/username', { username: 'never', user_secret: 'pxu_wrong' }, { token })
    return { account_id: id, session_id: sessionId, outcome: 'failure' }
  },
  session_end: async ({ client }) => {
    const { id, secret, token } = await newPerson(client)
    const other = await signInWith(client, secret)
    await client.send('DELETE', `/v1/me/sessions/${other.sessionId}`, undefined, { token })
    return { account_id: id, session_id: other.sessionId }
  },
  other_sessions_end: async ({ client }) => {
    const { id, token, sessionId } = await newPerson(client)
    await client.send('DELETE', '/v1/me/sessions', undefined, { token })
    return { account_id: id, session_id: sessionId }
  },
  all_sessions_end: async ({ client, services }) => {
    await newPerson(client)
    await services.allSessions.end()
    return { account_id: null, session_id: null }
  },
  session_expiry: async ({ client, clock }) => {
    const { id, secret } = await newPerson(client)
    const { session_code: token, session_id } = await loginWith(client, secret, 'code')
    clock.advance(400 * daySeconds)
    await client.me(token)
    return { account_id: id, session_id }
  },
  session_displacement: async ({ client }) => {
    const { id, secret, sessionId } = await newPerson(client)
    for (let more = 0; more < sessionsMax; more++) await signInWith(client, secret)
    return { account_id: id, session_id: sessionId }
  },
  refresh_reuse: async ({ client, clock }) => {
    const { id, secret } = await newPerson(client)
    const { refresh_token, session_id } = await loginWith(client, secret)
    await client.post('/v1/auth/refresh', { refresh_token })
    clock.advance(60)
    await client.post('/v1/auth/refresh', { refresh_token })
    return { account_id: id, session_id, outcome: 'failure' }
  },
  password_rehash: async ({ client, dearer }) => {
    const { user } = await client.signUp('rehashed', password)
    await dearer.client.login({ username: 'rehashed', password })
    return { account_id: user.id, session_id: null }
  },
  password_change: async ({ client }) => {
    const { user, token } = await client.signUp('changing', password)
    const body = { current_password: password, new_password: `${password} 2` }
    await client.put('/v1/me/password', body, { token })
    const { data } = (await client.get('/v1/me/sessions', { token })).body
    return { account_id: user.id, session_id: data[0].id }
  },
  secret_renewal: async ({ client }) => {
    const { id, token, sessionId } = await newPerson(client)
    await client.post('/v1/me/secret', {}, { token })
    return { account_id: id, session_id: sessionId }
  },
  username_change: async ({ client }) => {
    const { id, token, sessionId } = await newPerson(client)
    await client.put('/v1/me/username', { username: 'renamed' }, { token })
    return { account_id: id, session_id: sessionId }
  },
  verification_request: async ({ client }) => {
    const { id, token, sessionId } = await newPerson(client, { email: 'requesting@example.com' })
    await client.post('/v1/me/verification', { channel: 'email' }, { token })
    return { account_id: id, session_id: sessionId }
  },
  verification: async ({ client }) => {
    const email = 'confirming@example.com'
    const { id, token, sessionId } = await newPerson(client, { email })
    await client.post('/v1/me/verification', { channel: 'email' }, { token })
    const body = { channel: 'email', code: await codeSentTo(client, email) }
    await client.post('/v1/me/verification/confirm', body, { token })
    return { account_id: id, session_id: sessionId }
  },
  contact_change_request: async ({ client }) => {
    const { id, token, sessionId } = await newPerson(client)
    await client.put('/v1/me/email', { email: 'wanted@example.com' }, { token })
    return { account_id: id, session_id: sessionId }
  },
  contact_change: async ({ client }) => {
    const { id, token, sessionId } = await newPerson(client)
    await changeContact(client, token, { email: 'changed@example.com' })
    return { account_id: id, session_id: sessionId }
  },
  contact_change_undo: async (server) => {
    const { id, token } = await newPerson(server.client)
    const email = 'undoing@example.com'
    await changeContact(server.client, token, { email })
    await changeContact(server.client, token, { email: 'undone@example.com' })
    await pressUndo(server, await undoTokenSentTo(server.client, email))
    return { account_id: id, session_id: null }
  },
  contact_change_cancellation: async (server) => {
    const { id, token, secret } = await newPerson(server.client)
    await requestContact(server.client, token, { email: 'cancelled@example.com' })
    const visitor = await PageVisitor.signIn(server, { user_secret: secret })
    await visitor.send('/account/contacts/email/keep')
    return { account_id: id, session_id: await visitor.sessionId() }
  },
  sign_in_code_request: async ({ client, services }) => {
    const { id } = await newPerson(client, { email: 'passwordless@example.com' })
    await verifyAddresses(services.db)
    await client.post('/v1/auth/code', { identifier: 'passwordless@example.com' })
    return { account_id: id, session_id: null }
  },
  recovery_request: async ({ client }) => {
    const { id } = await newPerson(client, { email: 'forgetful@example.com' })
    await client.post('/v1/auth/recovery', { identifier: 'forgetful@example.com' })
    return { account_id: id, session_id: null }
  },
  recovery_verification: async ({ client }) => {
    const { id } = await newPerson(client, { email: 'proving@example.com' })
    await recoveryTokenFor(client, 'proving@example.com')
    return { account_id: id, session_id: null }
  },
  recovery: async ({ client }) => {
    const { id } = await newPerson(client, { email: 'recovering@example.com' })
    const recovery_token = await recoveryTokenFor(client, 'recovering@example.com')
    await client.post('/v1/auth/recovery/reset', { recovery_token, new_password: password })
    return { account_id: id, session_id: null }
  },
  recovery_cancellation: async ({ client, services }) => {
    const contacts = { email: 'cancelling@example.com', phone_number: '+254712345678' }
    const { id } = await newPerson(client, contacts)
    await verifyAddresses(services.db)
    await recoveryTokenFor(client, contacts.phone_number).catch(() => undefined)
    await services.recoveryWaits.cancel(await linkTokenSentTo(client, contacts.email), noRequest)
    return { account_id: id, session_id: null }
  },
  ...roleActs,
  suspension: asOperator((services, id) => services.administration.suspend(id)),
  activation: asOperator(async (services, id) => {
    await services.administration.suspend(id)
    await services.administration.activate(id)
  }),
  deletion: async (server) => {
    const { id, secret, token, sessionId } = await newPerson(server.client)
    await server.deleteMe(token, { user_secret: secret })
    return { account_id: id, session_id: sessionId }
  },
  picture_change: async ({ client }) => {
    const person = await newPerson(client)
    await putImage(client, person, jpeg)
    return { account_id: person.id, session_id: person.sessionId }
  },
  picture_deletion: async ({ client }) => {
    const person = await newPerson(client)
    await putImage(client, person, jpeg)
    await client.send('DELETE', imagePath, undefined, { token: person.token })
    return { account_id: person.id, session_id: person.sessionId }
  },
  restoration: async (server) => {
    const { id, secret } = await server.leave()
    await server.restore({ user_secret: secret })
    return { account_id: id, session_id: null }
  },
  erasure: async (server) => {
    const { receipt } = await server.leave()
    server.clock.advance(7 * daySeconds)
    await server.purge()
    return { account_id: await pseudonymOfErased(server.services.db, receipt), session_id: null }
  },
  export: async ({ client }) => {
    const { id, token, sessionId } = await newPerson(client)
    await client.get('/v1/me/export', { token })
    return { account_id: id, session_id: sessionId }
  },
  key_rotation: async ({ services }) => {
    await services.keys.rotate({ algorithm: 'ES256', isUrgent: false })
    return { account_id: null, session_id: null }
  },
  key_retirement: async ({ services }) => {
    const { kid } = await services.keys.rotate({ algorithm: 'ES256', isUrgent: true })
    await services.keys.retire(kid, { replace: true })
    return { account_id: null, session_id: null }
  },
  secret_rotation: byProcess,
  ...webhookActs,
  request_refusal: async ({ client, databaseUrl }) => {
    const { id, token } = await newPerson(client)
    expect((await client.get('/v1/audit-events', { token })).status).toBe(403)
    // It is recorded after the answer.
    const recorded = async () => await readEvents(databaseUrl, { withRefusedCalls: true })
    await expect.poll(async () => (await recorded()).at(-1)?.action).toBe('request_refusal')
    return { account_id: id, session_id: null, outcome: 'failure' }
  },
}

describe.each(engines)('an action on $name', (engine) => {
  let server: DeletionServer
  let dearer: TestServer
  beforeAll(async () => {
    const env = { PROXIMA_SESSIONS_PER_ACCOUNT_MAX: String(sessionsMax), ...codesByEmail }
    server = await startDeletionServer(engine, { env })
    const { databaseUrl, clock } = server
    dearer = await startTestServer(engine, { databaseUrl, clock, env: { PROXIMA_PASSWORD_ITERATIONS: '3' } })
  })
  afterAll(async () => {
    await dearer?.close()
    await server?.close()
  })

  it.each(Object.entries(acts))(
    'I15: %s is recorded, with its account and its session',
    async (action, act) => {
      if (typeof act === 'string') {
        expect(readFileSync(join(import.meta.dirname, '../..', act), 'utf8')).toContain(`about('${action}',`)
        return
      }
      const read = () => readEvents(server.databaseUrl, { withRefusedCalls: true })
      const { length } = await read()
      const trace = await act({ ...server, dearer })
      const events = (await read()).slice(length)
      expect(events.filter((event) => event.action === action)).toContainEqual(
        expect.objectContaining({ outcome: 'success', ...trace }),
      )
    },
  )
})
