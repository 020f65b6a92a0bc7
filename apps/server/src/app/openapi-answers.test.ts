import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { administrationAnswers, administrationRefusals } from '../../tests/support/administration-answers.ts'
import { bounceAnswers, bounceRefusals, fullEnv, ownEnv } from '../../tests/support/bounce-answers.ts'
import { connectBroken } from '../../tests/support/broken-database.ts'
import { codeAnswers, codeBodies, codeRefusals } from '../../tests/support/code-answers.ts'
import { credentialAnswers } from '../../tests/support/credential-answers.ts'
import { deletionAnswers } from '../../tests/support/deletion-answers.ts'
import { sqlite } from '../../tests/support/engines.ts'
import { factorRecoveryAnswers } from '../../tests/support/factor-recovery-answers.ts'
import { defaultHashes } from '../../tests/support/hashes.ts'
import { impersonatingCaller } from '../../tests/support/impersonation-answers.ts'
import { keyFromElsewhere } from '../../tests/support/key-answers.ts'
import { type OpenApiCheck, openApiCheckOf } from '../../tests/support/openapi-check.ts'
import { answersOf, type NamedOperation, operationsOf } from '../../tests/support/openapi-document.ts'
import {
  asksForPassword,
  type Call,
  callOperation,
  cannotFail,
  cookieSignIns,
  type Filter,
  guessFor,
  hashedBody,
  isLimited,
  isOAuth,
  limitedOf,
  named,
  namesThing,
  needNoDatabase,
  needsCredential,
  needsFreshSession,
  needsOwner,
  needsPermission,
  needsVerified,
  notOf,
  overloadedOf,
  signedInBodies,
  takesBody,
  takesCookie,
  takesImage,
  takesJson,
  takesKey,
  takesQuery,
  unprovenBodies,
  unseenAnswers,
  validBodies,
} from '../../tests/support/openapi-operations.ts'
import { ownAnswers, systemAnswers } from '../../tests/support/own-answers.ts'
import { password } from '../../tests/support/password.ts'
import { newPerson } from '../../tests/support/people.ts'
import { pictureRefusals, pictureSuccesses } from '../../tests/support/picture-answers.ts'
import { impatience, rawAnswer, stall } from '../../tests/support/raw-answers.ts'
import { makeAdministrator, signUpAdministrator } from '../../tests/support/roles.ts'
import { signInAnswers, signInRefusals } from '../../tests/support/sign-in-answers.ts'
import type { Answer } from '../../tests/support/test-client.ts'
import { startTestServer, type TestServer, type TestServerOptions } from '../../tests/support/test-server.ts'
import { unverifiedCaller } from '../../tests/support/verification-answers.ts'

const metricsToken = 'metrics-token-only-for-tests-5f0c7a91'

/**
 * Every answer that the document promises is provoked on a real server, and every answer is held against the
 * document by the client. A new operation brings its calls; what cannot be provoked is named at the end.
 */
describe('the OpenAPI document and the answers', () => {
  let server: TestServer
  let check: OpenApiCheck
  let operations: NamedOperation[]
  let token: string
  const others: TestServer[] = []

  async function startAnother(
    env: Record<string, string>,
    options: Pick<TestServerOptions, 'connect' | 'databaseUrl' | 'timeouts'> = {},
  ): Promise<TestServer> {
    const other = await startTestServer(sqlite, { env: { ...ownEnv, ...env }, ...options })
    others.push(other)
    return other
  }

  beforeAll(async () => {
    const env = { PROXIMA_METRICS_TOKEN: metricsToken, ...fullEnv }
    server = await startTestServer(sqlite, { env })
    check = await openApiCheckOf(server.url)
    operations = operationsOf(check.document).filter(notOf(isOAuth))
    token = (await signUpAdministrator(server, 'amina', password)).token
  })
  afterAll(async () => {
    for (const each of [server, ...others]) await each?.close()
  })

  /** Filter operations may answer with the code follows from what they are, not from what the document says. */
  async function provoke(
    code: string,
    which: Filter,
    call: (operation: NamedOperation) => Promise<Answer>,
  ): Promise<void> {
    for (const operation of operations.filter(which))
      expect((await call(operation)).body?.code, operation.operationId).toBe(code)
  }

  function call(operation: NamedOperation, options: Partial<Call> = {}): Promise<Answer> {
    return callOperation(operation, { client: server.client, credential: token, ...options })
  }

  /** Checks an answer that did not reach the client. */
  function noted({ method, path }: NamedOperation, answer: Answer): Answer {
    check.check({ method: method.toUpperCase(), path, hasBody: true, answer })
    return answer
  }

  it('agree on every success', async () => {
    const { client } = server
    const strict = await startAnother({ PROXIMA_PRIVACY: 'strict' })
    const successes: Record<string, readonly Answer[]> = {
      ...(await signInAnswers({ client, strict: strict.client }, password)),
      ...(await credentialAnswers(client, password)),
      ...(await deletionAnswers(client)),
      ...(await ownAnswers(client, token)),
      ...(await pictureSuccesses(client, token)),
      ...(await codeAnswers(server, strict.client)),
      // It waits for days, in which tokens expire.
      ...(await factorRecoveryAnswers(await startAnother({}))),
      ...(await systemAnswers(client, metricsToken)),
      ...(await bounceAnswers(server)),
      ...(await administrationAnswers(server, token)),
    }
    expect(Object.keys(successes).sort()).toEqual(operations.map(({ operationId }) => operationId).sort())
    for (const [operationId, answers] of Object.entries(successes))
      for (const { status, text } of answers)
        expect([200, 201, 202, 204, 302, 303, 304], `${operationId} ${text}`).toContain(status)
  })

  it('agree on the refusals of images, bounces, codes, roles and users', async () => {
    const [ofImages, ofBounces] = [await pictureRefusals(server.client, token), await bounceRefusals(server)]
    const ofRoles = await administrationRefusals(await startAnother({}))
    const ofCodes = await codeRefusals(startAnother)
    for (const [code, answer] of [...ofImages, ...ofBounces, ...ofCodes, ...ofRoles])
      expect(answer.body.code).toBe(code)
  })

  it('agree on malformed_request', async () => {
    await provoke('malformed_request', notOf(takesImage), async (operation) => {
      if (operation.requestBody !== undefined) return await call(operation, { body: '{' })
      const { method, path } = operation
      const head = `${method.toUpperCase()} ${path} HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`
      return noted(operation, await rawAnswer(server.url, head))
    })
  })

  it('agree on request_timeout', async () => {
    const impatient = await startAnother({}, { timeouts: impatience })
    const { token: own } = await signUpAdministrator(impatient, 'amina', password)
    await provoke('request_timeout', takesBody, async (operation) => {
      const type = takesImage(operation) ? 'image/png' : 'application/json'
      return noted(operation, await stall(impatient.url, { ...operation, type, token: own }))
    })
  })

  it('agree on too_large, unsupported_media_type and validation_failed', async () => {
    await provoke('too_large', takesJson, (operation) => call(operation, { body: ' '.repeat(70_000) }))
    const headers = { 'content-type': 'text/plain' }
    await provoke('unsupported_media_type', takesBody, (operation) => call(operation, { headers }))
    const body = '{"no_such_field": 1}'
    await provoke('validation_failed', takesJson, (operation) => call(operation, { body }))
    const query = '?no_such_field=1'
    await provoke('validation_failed', takesQuery, (operation) => call(operation, { query }))
  })

  it('agree on unauthenticated, invalid_token and token_expired', async () => {
    await provoke('unauthenticated', needsCredential, (operation) => call(operation, { credential: null }))
    await provoke('invalid_token', needsCredential, (operation) =>
      call(operation, { credential: 'no-token' }),
    )
    await provoke('invalid_token', named('refresh'), (operation) =>
      call(operation, { body: '{"refresh_token": "pxr_x"}' }),
    )
    const later = await startAnother({})
    const { token: old } = await signUpAdministrator(later, 'amina', password)
    later.clock.advance(901)
    await provoke('token_expired', takesKey, (operation) =>
      call(operation, { client: later.client, credential: old }),
    )
  })

  it('agree on identifiers that are taken, weak passwords and wrong ones', async () => {
    for (const [code, answer] of await signInRefusals(server.client, token, password))
      expect(answer.body.code).toBe(code)
    await provoke('invalid_credentials', asksForPassword, (operation) =>
      call(operation, { body: guessFor(operation) }),
    )
  })

  it('agree on step_up_required and verification_required', async () => {
    const { client } = await startAnother({ PROXIMA_VERIFICATION: 'required' })
    const callUnverified = await unverifiedCaller(client)
    await provoke('verification_required', needsVerified, callUnverified)
    const later = await startAnother({})
    const stale = await newPerson(later.client, 'amina')
    await makeAdministrator(later, stale.id)
    later.clock.advance(600)
    for (const [operationId, given] of Object.entries(unprovenBodies))
      await provoke('step_up_required', named(operationId), (operation) =>
        call(operation, { client: later.client, credential: stale.token, ...(given && { body: given }) }),
      )
    await provoke('step_up_required', needsFreshSession, (operation) =>
      call(operation, { client: later.client, credential: stale.token }),
    )
  })

  it('agree on forbidden for someone without the permission, and on impersonation_forbidden', async () => {
    const { token: credential } = await newPerson(server.client)
    await provoke('forbidden', needsPermission, (operation) => call(operation, { credential }))
    const callForOwner = await impersonatingCaller(server.client, token)
    await provoke('impersonation_forbidden', needsOwner, callForOwner)
  })

  it('agree on forbidden for an API key that works from other networks only', async () => {
    const credential = await keyFromElsewhere(server.client, token)
    await provoke('forbidden', takesKey, (operation) => call(operation, { credential }))
  })

  it('agree on forbidden', async () => {
    const off = { PROXIMA_REGISTRATION: 'closed', PROXIMA_RECOVERY_BY_CONTACT: 'off' }
    const { client } = await startAnother({ ...off, PROXIMA_AVAILABILITY: 'username' })
    await provoke('forbidden', named('requestRecovery'), (each) =>
      call(each, { client, body: codeBodies.requestRecovery }),
    )
    const body = '{"username": "amina"}'
    await provoke('forbidden', named('register'), (operation) => call(operation, { client, body }))
    const query = '?email=a@example.com'
    await provoke('forbidden', named('getAvailability'), (operation) => call(operation, { client, query }))
    const cookie = `__Host-proxima=pxs_${'A'.repeat(43)}`
    await provoke('forbidden', takesCookie, (each) => call(each, { credential: null, headers: { cookie } }))
    const headers = { origin: 'https://evil.example' }
    for (const [operationId, given] of Object.entries(cookieSignIns))
      await provoke('forbidden', named(operationId), (each) => call(each, { headers, body: given }))
  })

  it('agree on not_found and precondition_failed', async () => {
    await provoke('not_found', namesThing, (operation) => {
      const body = validBodies[operation.operationId]
      return call(operation, body === undefined ? {} : { body })
    })
    const headers = { 'if-match': '"another"' }
    await provoke('precondition_failed', named('patchProfile'), (operation) => call(operation, { headers }))
  })

  it('agree on rate_limited', async () => {
    const limited = await startAnother({ PROXIMA_LIMITS: 'on' })
    const { client } = limited
    const { token: credential } = await signUpAdministrator(limited, 'amina', password)
    await provoke('rate_limited', isLimited, (operation) =>
      limitedOf(() => call(operation, { client, credential })),
    )
    const wrong = { client, credential, body: '{"current_password": "wrong"}' }
    await provoke('rate_limited', named('deleteMe'), (operation) => limitedOf(() => call(operation, wrong)))
  })

  it('agree on overloaded', async () => {
    const busy = await startAnother({ ...defaultHashes, PROXIMA_PASSWORD_QUEUE_DEPTH: '1' })
    const { token: credential } = await signUpAdministrator(busy, 'amina', password)
    await provoke('overloaded', asksForPassword, (operation) =>
      overloadedOf(() => call(operation, { client: busy.client, credential, body: guessFor(operation) })),
    )
    const hashing = named('register', 'login', 'restore', 'confirmRegistration')
    await provoke('overloaded', hashing, ({ path }) =>
      overloadedOf((index) => busy.client.post(path, hashedBody(path, index, password))),
    )
  })

  it('agree on unavailable', async () => {
    const down = await startAnother({}, { databaseUrl: 'postgres://nobody@127.0.0.1:1/nowhere' })
    const needsDatabase: Filter = (operation) => !needNoDatabase(operation)
    await provoke('unavailable', needsDatabase, (operation) => call(operation, { client: down.client }))
    for (const operation of operations.filter(needNoDatabase))
      expect((await call(operation, { client: down.client })).status, operation.operationId).toBe(200)
  })

  it('agree on internal_error', async () => {
    let isBroken = false
    const broken = await startAnother({}, { connect: connectBroken(() => isBroken) })
    const { client } = broken
    const { token: credential } = await signUpAdministrator(broken, 'amina', password)
    const login = await client.login({ identifier: 'amina', password })
    isBroken = true
    const own = { ...validBodies, ...codeBodies, ...signedInBodies(password, login.body.refresh_token) }
    const bodies: Readonly<Record<string, string>> = own
    const canFail: Filter = ({ operationId }) => !cannotFail.includes(operationId)
    await provoke('internal_error', canFail, (operation) => {
      const query = operation.operationId === 'getAvailability' ? '?username=baraka' : ''
      const body = bodies[operation.operationId]
      return call(operation, { client, credential, query, ...(body && { body }) })
    })
  })

  it('name the same statuses and codes', () => {
    const promised = operations.flatMap(answersOf)
    const seen = check.seenOf(operations)
    expect(promised.filter((answer) => !seen.includes(answer)).sort()).toEqual(unseenAnswers)
    expect(seen.filter((answer) => !promised.includes(answer))).toEqual([])
  })
})
