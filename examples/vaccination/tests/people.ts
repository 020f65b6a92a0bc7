import { setTimeout as sleep } from 'node:timers/promises'
import type { StartedExample } from '../../start/start-example.ts'
import { Caller } from '../../start/tests/caller.ts'

/** A person with an account, as both servers see them. */
export interface Person {
  readonly id: string
  readonly email: string
  readonly nationalId: string
  readonly userSecret: string
}

/** The two servers, as one caller. */
export interface Calls {
  readonly accounts: Caller
  readonly service: Caller
}

/** Registers people at Proxima and signs them in, for the tests. */
export class People {
  readonly #started: StartedExample
  #registered = 0

  constructor(started: StartedExample) {
    this.#started = started
  }

  get anyone(): Calls {
    return this.#calls(null)
  }

  /** Registers in Proxima. The email address is not confirmed yet. */
  async register(): Promise<Person> {
    this.#registered += 1
    const person = {
      email: `person-${this.#registered}@example.com`,
      national_id: `ke-4411-${2200 + this.#registered}`,
    }
    const { body } = await this.anyone.accounts.send('POST', '/v1/auth/register', {
      ...person,
      full_name: 'Juma Otieno',
    })
    return {
      id: body.id,
      email: person.email,
      nationalId: person.national_id,
      userSecret: body.user_secret,
    }
  }

  async signIn({ userSecret }: Person): Promise<Calls> {
    const body = { user_secret: userSecret }
    const answer = await this.anyone.accounts.send('POST', '/v1/auth/token', body)
    return this.#calls(String(answer.body.access_token))
  }

  /** With the code from the outbox, which development has instead of a mail server. */
  async confirmEmail({ email }: Person, { accounts }: Calls): Promise<void> {
    await accounts.send('POST', '/v1/me/verification', { channel: 'email' })
    const { body } = await this.anyone.accounts.send('GET', '/outbox')
    const sent: readonly { readonly to: string; readonly text: string }[] = body.data
    const code = sent
      .map(({ to, text }) => (to === email ? /(?<![\w-])\d{6}(?![\w-])/.exec(text) : null))
      .find((match) => match !== null)?.[0]
    await accounts.send('POST', '/v1/me/verification/confirm', { channel: 'email', code })
  }

  /** Someone who may use the service. */
  async verified(): Promise<Person & Calls> {
    const person = await this.register()
    await this.confirmEmail(person, await this.signIn(person))
    return { ...person, ...(await this.signIn(person)) }
  }

  async administrator(): Promise<Calls> {
    const { body } = await this.anyone.accounts.send(
      'POST',
      '/v1/auth/login',
      this.#started.credentials.administrator,
    )
    return this.#calls(String(body.access_token))
  }

  async withRole(role: string): Promise<Person & Calls> {
    const person = await this.register()
    const { accounts } = await this.administrator()
    await accounts.send('PUT', `/v1/users/${person.id}/roles`, { roles: ['user', role] })
    await nextSecond()
    return { ...person, ...(await this.signIn(person)) }
  }

  #calls(credential: string | null): Calls {
    const { accountsUrl, url } = this.#started
    return { accounts: new Caller(accountsUrl, credential), service: new Caller(url, credential) }
  }
}

/** Tokens from the second in which roles changed may be from before the change, so the guard refuses them. */
export async function nextSecond(): Promise<void> {
  await sleep(1_001 - (Date.now() % 1_000))
}
