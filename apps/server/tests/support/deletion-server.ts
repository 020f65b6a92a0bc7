import type { TestEngine } from './engines.ts'
import { newPerson, type Person } from './people.ts'
import { type OwnServices, openServices } from './services.ts'
import type { Answer } from './test-client.ts'
import { startTestServer, type TestServer, type TestServerOptions } from './test-server.ts'

export const daySeconds = 86_400

/** A server, with the calls of an owner and an operator for the deletion of an account. */
export interface DeletionServer extends TestServer {
  readonly services: OwnServices
  deleteMe(token: string, body: object): Promise<Answer>
  restore(body: object): Promise<Answer>
  check(receipt: string): Promise<Answer>
  /** Erases the accounts that are due. */
  purge(): Promise<number>
  /** Registers an account and deletes it. */
  leave(): Promise<Person & { readonly receipt: string }>
}

export async function startDeletionServer(
  engine: TestEngine,
  { env, ...options }: TestServerOptions = {},
): Promise<DeletionServer> {
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

/** The parts of a refusal that do not differ from call to call. */
export function comparable({ status, headers, body }: Answer) {
  const { request_id: _id, ...rest } = body
  const names = [...headers.keys()].filter((name) => !['date', 'x-request-id'].includes(name))
  return { status, rest, headers: names.map((name) => [name, headers.get(name)]) }
}

/** The templates of the messages to the address, oldest first. */
export async function mailsTo({ services }: DeletionServer, address: string): Promise<string[]> {
  const messages = await services.outbox.listOpen(200)
  return messages
    .filter(({ content }) => content?.to === address)
    .map(({ template }) => template)
    .reverse()
}
