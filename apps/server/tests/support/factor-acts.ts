import type { Services } from '../../src/app/wire.ts'
import { noRequest } from '../../src/platform/kernel/request-context.ts'
import { confirmEmail, lose, newFactorOwner, readyToRecover } from './factor-recovery-answers.ts'
import { addTotp } from './factors.ts'
import type { FrozenClock } from './frozen-clock.ts'
import { newPerson } from './people.ts'
import { linkTokenSentTo } from './sent-codes.ts'
import type { OwnServices } from './services.ts'
import type { TestClient } from './test-client.ts'
import { verifyAddresses } from './verified-addresses.ts'

interface Reporter {
  readonly client: TestClient
  readonly services: Pick<Services, 'newSignIns' | 'signInReports'>
}

interface World {
  readonly client: TestClient
  readonly clock: FrozenClock
  readonly services: Pick<OwnServices, 'db'>
}

async function newOwner({ client, clock }: World) {
  const person = await newPerson(client)
  await addTotp(client, person.token, clock)
  const { body } = await client.get('/v1/me/factors', { token: person.token })
  return { ...person, path: `/v1/me/factors/${String(body.data[0].id)}` }
}

/** An action that needs another provider has its test there. */
export const byProvider = 'src/features/pages/providers/linking.test.ts'

async function newDeviceOwner({ client, clock }: World) {
  const person = await newPerson(client)
  const { recoveryCodes } = await addTotp(client, person.token, clock)
  const { body } = await client.post('/v1/auth/token', { user_secret: person.secret })
  const given = { challenge: body.challenge, factor: 'recovery_code', code: recoveryCodes[0] }
  await client.post('/v1/auth/mfa', { ...given, trust_device: true })
  return person
}

/** An act with second factors for each action, and what the audit trail must hold after it. */
export const factorActs = {
  factor_addition: async (world: World) => {
    const { id, sessionId } = await newOwner(world)
    return { account_id: id, session_id: sessionId }
  },
  factor_change: async (world: World) => {
    const { id, path, sessionId, token } = await newOwner(world)
    await world.client.patch(path, { name: 'New phone' }, { token })
    return { account_id: id, session_id: sessionId }
  },
  factor_removal: async (world: World) => {
    const { id, path, sessionId, token } = await newOwner(world)
    await world.client.send('DELETE', path, undefined, { token })
    return { account_id: id, session_id: sessionId }
  },
  factor_recovery_request: async (world: World) => {
    const { id, signIn } = await newFactorOwner(world, 'asks-to-recover-factor@example.com')
    await lose(world.client, await signIn())
    return { account_id: id, session_id: null }
  },
  factor_recovery: async (world: World) => {
    const email = 'recovers-factor@example.com'
    const { id, signIn } = await newFactorOwner(world, email)
    const ready = await readyToRecover(world.client, world.clock, { email, signIn })
    await world.client.post('/v1/auth/mfa/lost/confirm', ready)
    return { account_id: id, session_id: null }
  },
  factor_recovery_cancellation: async (world: World) => {
    const email = 'keeps-factor@example.com'
    const { id, signIn } = await newFactorOwner(world, email)
    await lose(world.client, await signIn())
    const token = await linkTokenSentTo(world.client, email)
    const body = new URLSearchParams({ token })
    await fetch(`${world.client.origin}/recover/factor`, { method: 'POST', body })
    return { account_id: id, session_id: null }
  },
  device_trust: async (world: World) => {
    const { id } = await newDeviceOwner(world)
    return { account_id: id, session_id: null }
  },
  device_trust_end: async (world: World) => {
    const { id, sessionId, token } = await newDeviceOwner(world)
    await world.client.send('DELETE', '/v1/me/trusted-devices', undefined, { token })
    return { account_id: id, session_id: sessionId }
  },
  second_factor_code_request: async (world: World) => {
    const { id, secret, token } = await newPerson(world.client, { email: 'twofold@example.com' })
    await verifyAddresses(world.services.db)
    await addTotp(world.client, token, world.clock)
    const { body } = await world.client.post('/v1/auth/token', { user_secret: secret })
    await world.client.post('/v1/auth/mfa/send', { challenge: body.challenge, factor: 'email' })
    return { account_id: id, session_id: null }
  },
  sign_in_report: async ({ client, services }: Reporter) => {
    const email = 'was-not-me@example.com'
    const { id, sessionId, token } = await newPerson(client, { email })
    await confirmEmail(client, token, email)
    const notedFrom = async (ipAddress: string) => {
      services.newSignIns.note({ kind: 'person', id }, sessionId, { ...noRequest, ipAddress })
      await services.newSignIns.flush()
    }
    await notedFrom('192.0.2.1')
    await notedFrom('198.18.0.1')
    await services.signInReports.report(await linkTokenSentTo(client, email), noRequest)
    return { account_id: id, session_id: null }
  },
  linked_account_addition: byProvider as typeof byProvider,
  linked_account_removal: byProvider as typeof byProvider,
  recovery_codes_renewal: async (world: World) => {
    const { id, sessionId, token } = await newOwner(world)
    await world.client.send('POST', '/v1/me/recovery-codes', undefined, { token })
    return { account_id: id, session_id: sessionId }
  },
}
