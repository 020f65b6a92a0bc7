import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { addPasskey, passkeyEnv, signInWithPasskey } from '../support/passkeys.ts'
import { newPerson } from '../support/people.ts'
import { raceSize } from '../support/race-size.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe.each(engines)('passkeys in a race on $name', { tags: ['long'] }, (engine) => {
  let server: TestServer
  let second: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env: passkeyEnv })
    second = await startTestServer(engine, { env: passkeyEnv, databaseUrl: server.databaseUrl })
  })
  afterAll(async () => {
    await second?.close()
    await server?.close()
  })

  const either = (turn: number) => (turn % 2 === 0 ? server : second).client
  const race = async <T>(act: (turn: number) => Promise<T>) =>
    await Promise.all(Array.from({ length: raceSize }, (_, turn) => act(turn)))

  it('A99, I1: of many that give one answer at once, on two servers, one signs in', async () => {
    const { token } = await newPerson(server.client)
    const { authenticator } = await addPasskey(server.client, token)
    const { body } = await server.client.post('/v1/auth/passkey/options', {})
    const given = { flow: body.flow, response: authenticator.get(body.public_key) }
    const answers = await race((turn) => either(turn).post('/v1/auth/passkey', given))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('A99, I1: of many that give one second factor at once, one signs in', async () => {
    const { secret, token } = await newPerson(server.client)
    const { authenticator } = await addPasskey(server.client, token)
    const { challenge } = (await server.client.post('/v1/auth/token', { user_secret: secret })).body
    const { body } = await second.client.post('/v1/auth/mfa/passkey', { challenge })
    const response = authenticator.get(body.public_key)
    const given = { challenge, factor: 'passkey', response }
    const answers = await race((turn) => either(turn).post('/v1/auth/mfa', given))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('a flow that began on one server ends on another', async () => {
    const { token } = await newPerson(server.client)
    const { authenticator } = await addPasskey(server.client, token)
    const { body } = await server.client.post('/v1/auth/passkey/options', {})
    const response = authenticator.get(body.public_key)
    expect((await second.client.post('/v1/auth/passkey', { flow: body.flow, response })).status).toBe(200)
    expect((await signInWithPasskey(second.client, authenticator)).status).toBe(200)
  })
})
