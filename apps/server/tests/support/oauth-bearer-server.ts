import type { Services } from '../../src/app/wire.ts'
import type { TestEngine } from './engines.ts'
import { OauthBearerFrontEnd } from './oauth-bearer-front-end.ts'
import { openServices } from './services.ts'
import { startTestServer, type TestServer } from './test-server.ts'

export const oauthBearerEnv = {
  PROXIMA_CONTRACTS: 'oauth-bearer=/old',
  PROXIMA_DEFAULT_REGION: 'BD',
  PROXIMA_RECOVERY_BY_UNVERIFIED_CONTACT: 'on',
}

let count = 0
/** The form of the old page, as a person fills it in. */
export function newForm(fields: object = {}) {
  count += 1
  const digits = String(count).padStart(8, '0')
  return {
    name: 'Rahim Uddin',
    email: `rahim-${count}@example.com`,
    phone_number: `017${digits}`,
    password: 'pass123',
    address: '',
    nid: '1987',
    role_id: 1,
    ...fields,
  }
}

/** A server that serves the old pages, and the people who open them. */
export class OauthBearerServer {
  readonly server: TestServer
  readonly services: Services
  readonly close: () => Promise<void>

  constructor(server: TestServer) {
    const services = openServices(server)
    this.server = server
    this.services = services
    this.close = async () => {
      await services.close()
      await server.close()
    }
  }

  static async start(engine: TestEngine): Promise<OauthBearerServer> {
    return new OauthBearerServer(await startTestServer(engine, { env: oauthBearerEnv }))
  }

  readonly openPage = () => new OauthBearerFrontEnd(`${this.server.url}/old`)

  async newUser(fields: object = {}) {
    const page = this.openPage()
    const form = newForm(fields)
    const created = await page.register(form)
    if (page.user === null) throw new Error(`create answered ${created.text}`)
    return { page, form, id: page.user.id }
  }

  async newAdmin() {
    const user = await this.newUser()
    await this.services.roleAssignment.add(await this.accountOf(user.id), 'admin')
    await user.page.start()
    return user
  }

  async accountOf(id: number) {
    const { db, externalIds } = this.services
    const found = await externalIds.find(db, { source: 'oauth-bearer', id: String(id) })
    if (found === null) throw new Error(`no account has the id ${id}`)
    return found
  }
}
