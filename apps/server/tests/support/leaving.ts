import type { TestEngine } from './engines.ts'
import { newPerson, type Person } from './people.ts'
import { type OwnServices, openServices } from './services.ts'
import type { Answer } from './test-client.ts'
import { startTestServer, type TestServer, type TestServerOptions } from './test-server.ts'

export const daySeconds = 86_400

/** A server that people leave, and what they and its operator can do about it. */
export interface LeavingServer extends TestServer {
  readonly services: OwnServices
  deleteMe(token: string, body: object): Promise<Answer>
  restore(body: object): Promise<Answer>
  check(receipt: string): Promise<Answer>
  /** Erases what is due. */
  purge(): Promise<number>
  /** Somebody with a new account, gone again. */
  leave(): Promise<Person & { readonly receipt: string }>
}

export async function startLeavingServer(
  engine: TestEngine,
  { env, ...options }: TestServerOptions = {},
): Promise<LeavingServer> {
  const server = await startTestServer(engine, {
    ...options,
    env: { PROXIMA_PURGE_INTERVAL_SECONDS: '0', ...env },
  })
  const { client } = server
  const services = openServices(server)
  const deleteMe = (token: string, body: object) =>
    client.send('DELETE', '/v1/me', JSON.stringify(body), { token })
  return {
    ...server,
    services,
    deleteMe,
    restore: (body) => client.post('/v1/auth/restore', body),
    check: (receipt) => client.get(`/v1/auth/deletions/${receipt}`),
    purge: () => services.deletions.purge(500),
    leave: async () => {
      const person = await newPerson(client)
      const { body } = await deleteMe(person.token, { user_secret: person.secret })
      return { ...person, receipt: String(body.receipt) }
    },
    close: async () => {
      await services.close()
      await server.close()
    },
  }
}

/** All that a refusal says but what differs from call to call anyway. */
export function said({ status, headers, body }: Answer) {
  const { request_id: _id, ...rest } = body
  const names = [...headers.keys()].filter((name) => !['date', 'x-request-id'].includes(name))
  return { status, rest, headers: names.map((name) => [name, headers.get(name)]) }
}

/** The templates of the messages to the address, the first first. */
export async function mailsTo({ services }: LeavingServer, address: string): Promise<string[]> {
  const messages = await services.outbox.listOpen(200)
  return messages
    .filter(({ content }) => content?.to === address)
    .map(({ template }) => template)
    .reverse()
}
