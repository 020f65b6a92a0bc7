import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../tests/support/engines.ts'
import { startTestServer, type TestServer } from '../../tests/support/test-server.ts'

describe.each(engines)('on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine)
  })
  afterAll(async () => await server?.close())

  it('registers, signs in and knows who is calling', async () => {
    const { user, token } = await server.client.signUp('amina')
    const me = await server.client.me(token)
    expect(me.status).toBe(200)
    expect(me.body.id).toBe(user.id)
  })
})
