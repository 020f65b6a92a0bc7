import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { changeContact } from './contact-changes.ts'
import type { TestEngine } from './engines.ts'
import { newPerson, type Person } from './people.ts'
import { emailOf, phoneOf } from './recovery.ts'
import { type OwnServices, openServices } from './services.ts'
import { startTestServer, type TestServer } from './test-server.ts'

/** Someone with a verified email address, and perhaps with a verified phone number. */
export interface ReachablePerson extends Person {
  readonly email: string
  /** Empty if the account has none. */
  readonly phone: string
}

/** Two nodes on one database, and people who change their contacts. */
export interface UndoServer extends TestServer {
  readonly other: TestServer
  readonly services: OwnServices
  newOwner(contacts?: { readonly withPhone?: boolean }): Promise<ReachablePerson>
  /** Changes the email address, and expects that it works. */
  changeEmail(token: string, email: string): Promise<void>
  contactsOf(owner: { readonly id: AccountId }): Promise<{
    readonly email: string | null
    readonly isVerified: boolean
    readonly phoneNumber: string | null
  }>
}

export async function startUndoServer(engine: TestEngine): Promise<UndoServer> {
  const env = { PROXIMA_PUBLIC_URL: 'https://id.example.org', PROXIMA_PURGE_INTERVAL_SECONDS: '0' }
  const server = await startTestServer(engine, { env })
  const { databaseUrl, clock } = server
  const other = await startTestServer(engine, { databaseUrl, clock, env })
  const services = openServices(server)
  return {
    ...server,
    other,
    services,
    newOwner: async ({ withPhone = false } = {}) => {
      const person = await newPerson(server.client)
      const email = emailOf('owner')
      await changeContact(server.client, person.token, { email })
      const phone = withPhone ? phoneOf() : ''
      if (withPhone) await changeContact(server.client, person.token, { phone_number: phone })
      return { ...person, email, phone }
    },
    changeEmail: async (token, email) => {
      const { status, text } = await changeContact(server.client, token, { email })
      if (status !== 200) throw new Error(text)
    },
    contactsOf: async ({ id }) => {
      const { email, emailVerifiedAt, phoneNumber } = await services.accounts.get(services.db, id)
      return { email, isVerified: emailVerifiedAt !== null, phoneNumber }
    },
    close: async () => {
      await services.close()
      await other.close()
      await server.close()
    },
  }
}
