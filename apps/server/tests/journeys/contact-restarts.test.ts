import { describe, expect, it } from 'vitest'
import { confirmContact, requestContact } from '../support/contact-changes.ts'
import { engines } from '../support/engines.ts'
import { newPerson } from '../support/people.ts'
import { emailOf, newPassword } from '../support/recovery.ts'
import { codeSentTo } from '../support/sent-codes.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { pressUndo, recoveryTokenIn, undoTokensSentTo } from '../support/undo.ts'

/** Takes a step on one server, and starts the server that takes the next one. */
type Between = (server: TestServer) => Promise<TestServer>

describe.each(engines)('a change of a contact on $name', (engine) => {
  /** @returns the server of the last step */
  async function changeAndUndo(first: TestServer, next: Between): Promise<TestServer> {
    const [email, thief] = [emailOf('owner'), emailOf('thief')]
    const { token } = await newPerson(first.client)
    let server = first
    for (const address of [email, thief]) {
      server = await next(server)
      expect((await requestContact(server.client, token, { email: address })).status).toBe(202)
      server = await next(server)
      const code = await codeSentTo(server.client, address)
      server = await next(server)
      expect((await confirmContact(server.client, token, { email: address }, code)).status).toBe(200)
    }
    server = await next(server)
    const links = await undoTokensSentTo(server.client, email)
    expect(links).toHaveLength(2)
    const undone = await pressUndo(server, links[1] ?? '')
    server = await next(server)
    expect((await pressUndo(server, links[0] ?? '')).status).toBe(422)
    const reset = { recovery_token: recoveryTokenIn(undone), new_password: newPassword }
    expect((await server.client.post('/v1/auth/recovery/reset', reset)).status).toBe(204)
    server = await next(server)
    expect((await server.client.login({ email, password: newPassword })).status).toBe(200)
    return server
  }

  const env = { PROXIMA_PUBLIC_URL: 'https://id.example.org' }

  it('I1: goes on after a restart between any two steps, and so does its undoing', async () => {
    const database = await engine.createDatabase()
    const start = () => startTestServer(engine, { databaseUrl: database.url, env })
    const last = await changeAndUndo(await start(), async (server) => {
      await server.close()
      return await start()
    })
    await last.close()
    await database.drop()
  })

  it('I1: goes on at another server after any step, and so does its undoing', async () => {
    const database = await engine.createDatabase()
    const start = () => startTestServer(engine, { databaseUrl: database.url, env })
    const [one, other] = [await start(), await start()]
    await changeAndUndo(one, async (server) => (server === one ? other : one))
    await Promise.all([one.close(), other.close()])
    await database.drop()
  })
})
