import { afterEach, describe, expect, it } from 'vitest'
import { engines } from '../../support/engines.ts'
import {
  closeMoved,
  type MovedServer,
  moveIn,
  passwordForms,
} from '../../support/old-backends/moved-server.ts'
import { sessionCodeGenerations, sessionCodeSignIns } from '../../support/old-backends/session-code.ts'

const { latest, plain } = sessionCodeGenerations(new Date())
const contract = 'session-code'

async function signIn({ client }: MovedServer, email: string, password: string): Promise<string> {
  const { body, status } = await client.post('/intra-in-cont', { email, password })
  expect([status, body.code], email).toEqual([200, '200'])
  return body.message as string
}

afterEach(closeMoved)

describe.each(engines)('people of session-code who moved to $name', (engine) => {
  it.each([
    ['hashes of four rounds', latest, {}],
    ['passwords in clear', plain, { 'plain secret': 'plain' }],
  ])('sign in as before, and again once their hash is argon2id (%s)', async (_form, tables, answers) => {
    const server = await moveIn(engine, { contract, tables, answers })
    for (let time = 1; time <= 2; time++)
      for (const { email, fullName, password } of sessionCodeSignIns) {
        const code = await signIn(server, email, password)
        const { body } = await server.client.get('/get', { token: code })
        expect(body).toMatchObject({ FullName: fullName, Email: email })
      }
    expect(await passwordForms(server, sessionCodeSignIns)).toEqual(['$argon2id$'])
  })

  it('find their profile, without what was unsafe or cut', async () => {
    const server = await moveIn(engine, { contract, tables: latest })
    const [ana, , ioana] = sessionCodeSignIns
    const own = await server.client.get('/get', { token: await signIn(server, ana.email, ana.password) })
    expect(own.body).toMatchObject({
      Occupation: 'Engineer',
      HomeAddress: 'Strada Lungă 5',
      GitHub: 'https://github.com/ana-pop',
      // It was a script.
      FaceBook: null,
      Description: 'Builds bridges',
    })
    expect(own.body.Image).not.toBe('')
    const cut = await server.client.get('/get', { token: await signIn(server, ioana.email, ioana.password) })
    expect(cut.body).toMatchObject({ Occupation: 'Engineer', Image: '' })
  })

  it('are asked about by the operator if two rows are one person or look alike', async () => {
    const { open, summary } = await moveIn(engine, { contract, tables: latest })
    // Two forms of one domain, and Cyrillic letters.
    expect(open).toHaveLength(2)
    expect(summary.outcomes).toMatchObject({ unanswered: 4 })
  })
})
