import { expect } from 'vitest'
import { flowMinutes } from '../../src/features/authentication/federation/flows/service.ts'
import { requireSignedIn } from '../../src/features/authentication/sign-in/model.ts'
import { ceremonyMinutes } from '../../src/features/authenticators/passkeys/ceremonies/model.ts'
import { confirmationMinutes } from '../../src/features/authenticators/totp/model.ts'
import { challengeMinutes } from '../../src/features/session-management/challenges/model.ts'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import { newId } from '../../src/platform/kernel/ids.ts'
import { context, day, minute, outcome, type World } from './clock-scenarios.ts'

async function newCaller({ wrong }: World) {
  const username = `p${newId().replaceAll('-', '')}`
  const { userSecret } = await wrong.registration.create({ username }, { context, idempotencyKey: null })
  const login = await wrong.login.withUserSecret({ userSecret: userSecret ?? '', mode: 'code' }, context)
  return await wrong.sessions.principal(requireSignedIn(login).session.id)
}

/** A sign-in that waits for a second factor waits no longer than its time, whatever clock began it. */
export async function challengeLife(world: World): Promise<void> {
  const { db, right, rightClock, wrong } = world
  const { accountId } = await newCaller(world)
  const pending = {
    accountId,
    action: 'sign_in',
    methods: ['user_secret'],
    mode: 'code',
    lifeSecondsMax: null,
  } as const
  const challenge = await inTransaction(db, (transaction) => wrong.challenges.start(transaction, pending))
  const isFound = async () => (await right.challenges.find(db, challenge)) !== null
  expect(await isFound()).toBe(world.ahead > -challengeMinutes * minute && world.ahead < minute)
  rightClock.advance(challengeMinutes * minute + Math.max(0, world.ahead))
  expect(await isFound()).toBe(false)
}

/** An answer to a browser's options is accepted for no longer than its time, whatever clock gave the options. */
export async function ceremonyLife(world: World): Promise<void> {
  const { right, wrong } = world
  const { flow } = await wrong.passkeyCeremonies.start({ purpose: 'sign_in', accountId: null })
  const taken = await right.passkeyCeremonies.take(flow, ['sign_in'])
  expect(taken !== null).toBe(world.ahead > -ceremonyMinutes * minute && world.ahead < minute)
}

/** A new secret can be confirmed only for a short time. */
export async function totpConfirmation(world: World): Promise<void> {
  const { db, right, wrong } = world
  const { account } = await newCaller(world)
  await inTransaction(db, (transaction) => wrong.totp.start(transaction, account))
  const given = { kind: 'totp', code: '000000' } as const
  const about = { flow: '', context, action: 'factor_addition', auditSubject: {} } as const
  const result = await outcome(right.totp.verifyNew({ account, given, ...about }))
  const isOpen = world.ahead > -confirmationMinutes * minute && world.ahead < minute
  expect(result).toBe(isOpen ? 'done' : 'totp_not_started')
}

/** A second factor counts as recent for as long as a sign-in does. */
export async function factorFreshness(world: World): Promise<void> {
  const { db, right, wrong } = world
  const caller = await newCaller(world)
  await inTransaction(db, async (transaction) => {
    await wrong.totp.start(transaction, caller.account)
    await transaction
      .updateTable('totp_secrets')
      .set({ state: 'confirmed' })
      .where('account_id', '=', caller.accountId)
      .execute()
    await transaction
      .updateTable('sessions')
      .set({ second_factor_at: world.wrongClock.now().getTime() })
      .where('id', '=', caller.sessionId)
      .execute()
  })
  const result = await outcome(right.reauthentication.byFreshFactor(caller))
  const isRecent = world.ahead > -10 * minute && world.ahead < minute
  expect(['done', 'step_up_required', 'invalid_token']).toContain(result)
  expect(result === 'done').toBe(isRecent)
}

/** A contact that has recovered an account is no second factor for a day, and no longer, whatever clock said when. */
export async function recoveryMark(world: World): Promise<void> {
  const { db, right, wrong } = world
  const { accountId } = await newCaller(world)
  await inTransaction(db, (transaction) => wrong.recoveryMarks.set(transaction, accountId, 'email'))
  const found = await right.recoveryMarks.find(db, accountId)
  expect(found === 'email').toBe(Math.abs(world.ahead) < day)
}

/** The answer of another provider is taken for a short time. */
export async function providerFlowLife(world: World): Promise<void> {
  const { right, wrong } = world
  const secrets = { state: 'state', nonce: 'nonce', codeVerifier: 'verifier' }
  const flow = { step: 'started', provider: 'oidc', link: null, returnTo: null, ...secrets } as const
  const taken = await right.federationFlows.take(await wrong.federationFlows.start(flow))
  expect(taken !== null).toBe(world.ahead > -flowMinutes * minute && world.ahead < minute)
}

/** A device is trusted for no longer than the settings say, whatever clock has begun it. */
export async function deviceTrust(world: World): Promise<void> {
  const { db, right, wrong } = world
  const { accountId } = await newCaller(world)
  const trust = inTransaction(db, (transaction) =>
    wrong.trustedDevices.trust(transaction, accountId, context),
  )
  const deviceSecret = (await trust).secret
  const isAccepted = await inTransaction(db, (transaction) =>
    right.trustedDevices.accept(transaction, accountId, { deviceSecret }),
  )
  expect(isAccepted).toBe(world.ahead > -30 * day && world.ahead < minute)
}
