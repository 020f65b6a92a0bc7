import { type Person, sharedPassword } from '../fill/people.ts'
import { Connection, jsonOf } from './connection.ts'
import { requestBytes } from './request.ts'

/** Each from an address of its own, as people come: a caller has but a share of the queue of password hashes. */
export function passwordRequests(people: readonly Person[]): Buffer[] {
  return people
    .filter(({ userSecret }) => userSecret === null)
    .map(({ username }, index) =>
      requestBytes({
        method: 'POST',
        path: '/v1/auth/login',
        headers: { 'x-forwarded-for': addressOf(index) },
        json: { username, password: sharedPassword },
      }),
    )
}

function addressOf(index: number): string {
  return `10.1.${Math.floor(index / 250) % 250}.${(index % 250) + 1}`
}

export function secretRequests(people: readonly Person[]): Buffer[] {
  return people
    .filter(({ userSecret }) => userSecret !== null)
    .map(({ userSecret }) =>
      requestBytes({ method: 'POST', path: '/v1/auth/token', json: { user_secret: userSecret } }),
    )
}

/** One request for each of the people with a secret, up to `count`; their sign-ins are made here. */
export async function meRequests(url: string, people: readonly Person[], count = 100): Promise<Buffer[]> {
  const connection = new Connection(url)
  const requests: Buffer[] = []
  for (const request of secretRequests(people).slice(0, count)) {
    const answer = jsonOf(await connection.send(request)) as { access_token: string }
    const headers = { authorization: `Bearer ${answer.access_token}` }
    requests.push(requestBytes({ method: 'GET', path: '/v1/me', headers }))
  }
  connection.close()
  return requests
}
