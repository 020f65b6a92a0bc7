import type { StartedExample } from '../../start/start-example.ts'
import { Caller } from '../../start/tests/caller.ts'

/** The two servers, called with one credential. */
export interface BothServers {
  readonly accounts: Caller
  readonly moments: Caller
}

/** Someone with an account. */
export interface Person extends BothServers {
  readonly id: string
  readonly username: string
  readonly userSecret: string
}

let registered = 0

export async function register(started: StartedExample): Promise<Person> {
  registered += 1
  const username = `person-${registered}`
  const { body } = await new Caller(started.accountsUrl).send('POST', '/v1/auth/register', { username })
  const { id, user_secret: userSecret } = body as { id: string; user_secret: string }
  return { id, username, userSecret, ...(await signIn(started, userSecret)) }
}

export async function signIn(started: StartedExample, userSecret: string): Promise<BothServers> {
  return await signInWith(started, '/v1/auth/token', { user_secret: userSecret })
}

export async function administrator(started: StartedExample): Promise<BothServers> {
  return await signInWith(started, '/v1/auth/login', started.credentials.administrator)
}

async function signInWith(started: StartedExample, path: string, proof: object): Promise<BothServers> {
  const { body } = await new Caller(started.accountsUrl).send('POST', path, proof)
  return bothServers(started, (body as { access_token: string }).access_token)
}

export function bothServers({ url, accountsUrl }: StartedExample, credential: string): BothServers {
  return { accounts: new Caller(accountsUrl, credential), moments: new Caller(url, credential) }
}
