import type { AccountId } from '../../src/platform/kernel/ids.ts'
import type { TestEngine } from './engines.ts'
import { ProviderVisitor } from './provider-visitor.ts'
import { type OwnServices, openServices } from './services.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { type Person, UpstreamProvider, upstreamClient } from './upstream-provider.ts'

interface User {
  readonly id: string
  readonly username: string | null
  readonly email: string | null
}

interface Linked {
  readonly id: string
  readonly provider: string
}

/** A server with three providers: `oidc` (a company), `other`, which answers by a form, and `github`, which is the other one too. */
export class ProviderWorld {
  readonly company: UpstreamProvider
  readonly other: UpstreamProvider
  readonly server: TestServer
  readonly services: OwnServices
  /** How many people there are. */
  count = 0

  private constructor(company: UpstreamProvider, other: UpstreamProvider, server: TestServer) {
    this.company = company
    this.other = other
    this.server = server
    this.services = openServices(server)
  }

  static async start(engine: TestEngine, env: Readonly<Record<string, string>> = {}): Promise<ProviderWorld> {
    const company = await UpstreamProvider.start()
    const other = await UpstreamProvider.start()
    const client = { client_id: upstreamClient.id, client_secret: upstreamClient.secret }
    const server = await startTestServer(engine, {
      env: {
        PROXIMA_OIDC_ISSUER: company.issuer,
        PROXIMA_OIDC_NAME: 'Company',
        PROXIMA_OIDC_CLIENT_ID: upstreamClient.id,
        PROXIMA_OIDC_CLIENT_SECRET: upstreamClient.secret,
        PROXIMA_PROVIDERS: JSON.stringify([
          { id: 'other', name: 'Other', issuer: other.issuer, ...client, response_mode: 'form_post' },
          { preset: 'github', base_url: other.issuer, ...client },
        ]),
        ...env,
      },
    })
    return new ProviderWorld(company, other, server)
  }

  async close(): Promise<void> {
    await this.services.close()
    await this.server.close()
    await this.company.close()
    await this.other.close()
  }

  /** Both providers do what they should. */
  behave(): void {
    this.company.misbehaviour = {}
    this.company.tellsByUserInfo = false
    this.other.misbehaviour = {}
  }

  newVisitor(): ProviderVisitor {
    return new ProviderVisitor(this.server)
  }

  /** Someone new whom the company knows. */
  someone(more: object = {}): { readonly email: string; readonly sub: string } {
    const number = ++this.count
    const { company } = this
    company.person = {
      sub: `subject-${number}`,
      name: 'Amina Otieno',
      email: `amina-${number}@example.com`,
      email_verified: true,
      ...more,
    }
    return { email: String(company.person['email']), sub: company.person.sub }
  }

  async me({ session }: ProviderVisitor): Promise<User> {
    return (await this.server.client.get('/v1/me', { token: session })).body as User
  }

  async linkedOf({ session }: ProviderVisitor): Promise<readonly Linked[]> {
    const { body } = await this.server.client.get('/v1/me/linked-accounts', { token: session })
    return body.data as Linked[]
  }

  /** The last event of the account with this action. */
  async about(action: string, { id }: { readonly id: string }) {
    const events = this.services.db.selectFrom('audit_events').selectAll()
    const own = events.where('account_id', '=', id as AccountId).where('action', '=', action)
    return await own.orderBy('id', 'desc').executeTakeFirst()
  }

  /** Connects an account of a provider on the page for security. */
  async link(visitor: ProviderVisitor, provider: 'github' | 'oidc', person: Person): Promise<Response> {
    const upstream = provider === 'github' ? this.other : this.company
    upstream.person = person
    const away = await visitor.send(`/account/security/connected/with/${provider}`)
    const refresh = away.headers.get('refresh') ?? ''
    if (!refresh.startsWith('0; url=')) throw new Error(`answered ${away.status} ${await away.text()}`)
    return await visitor.open(await visitor.follow(refresh.slice('0; url='.length)))
  }

  /** Nobody is signed in, and a page says so. @returns its text */
  async refused(status: number): Promise<string> {
    const visitor = this.newVisitor()
    const answer = await visitor.signInWith('oidc')
    const text = await answer.text()
    if (answer.status !== status || visitor.isSignedIn || !text.includes('We could not sign you in'))
      throw new Error(`answered ${answer.status}: ${text}`)
    return text
  }
}
