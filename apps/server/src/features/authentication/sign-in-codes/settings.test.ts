import { describe, expect, it } from 'vitest'
import { sqlite } from '../../../../tests/support/engines.ts'
import { emailOf, phoneOf } from '../../../../tests/support/recovery.ts'
import { messagesTo } from '../../../../tests/support/sent-codes.ts'
import { type SignInCodeServer, startSignInCodeServer } from '../../../../tests/support/sign-in-codes.ts'

const contractNames = ['none', 'session-code', 'oauth-bearer'] as const

async function withServer(
  env: Readonly<Record<string, string>>,
  act: (server: SignInCodeServer) => Promise<void>,
): Promise<void> {
  const server = await startSignInCodeServer(sqlite, env)
  try {
    await act(server)
  } finally {
    await server.close()
  }
}

describe('the setting for codes that sign in', () => {
  it('turns them off for everyone', async () => {
    await withServer({ PROXIMA_SIGN_IN_BY_CODE: 'none' }, async (server) => {
      const email = emailOf('amina')
      await server.register({ email }, ['email'])
      for (const identifier of [email, emailOf('nobody')]) {
        const answer = await server.ask(identifier)
        expect(answer.status).toBe(403)
        expect(answer.body.detail).toContain('PROXIMA_SIGN_IN_BY_CODE')
      }
    })
  })

  it('can leave out text messages', async () => {
    await withServer({ PROXIMA_SIGN_IN_BY_CODE: 'email' }, async (server) => {
      const phone = phoneOf()
      await server.register({ phone_number: phone }, ['phone_number'])
      expect((await server.ask(phone)).status).toBe(202)
      expect(await messagesTo(server.client, phone)).toEqual([])
    })
  })

  it('sends a text message to an account with an email address if no recovery by phone must wait', async () => {
    await withServer({ PROXIMA_RECOVERY_BY_OTHER_CONTACT_HOURS: '0' }, async (server) => {
      const [email, phone] = [emailOf('baraka'), phoneOf()]
      await server.register({ email, phone_number: phone }, ['email', 'phone_number'])
      const { flow, code } = await server.codeFor(phone)
      expect((await server.confirm(flow, code)).status).toBe(200)
    })
  })

  const verifications = ['off', 'optional', 'required'] as const
  const combinations = verifications.flatMap((verification) =>
    (['standard', 'strict'] as const).flatMap((privacy) =>
      contractNames.map((contract) => ({ verification, privacy, contract })),
    ),
  )
  // The server refuses to start with a contract and any of the other settings.
  const settings = combinations.filter(
    ({ verification, privacy, contract }) =>
      contract === 'none' || (verification !== 'required' && privacy === 'standard'),
  )
  it.each(settings)(
    'signs in with verification $verification, $privacy privacy and contract $contract',
    async ({ verification, privacy, contract }) => {
      const env = {
        PROXIMA_VERIFICATION: verification,
        PROXIMA_PRIVACY: privacy,
        PROXIMA_CONTRACTS: contract,
      }
      await withServer(env, async (server) => {
        const email = emailOf('cheptoo')
        await server.post('/v1/auth/register', { email, password: 'correct horse battery staple' })
        const account = server.db.updateTable('accounts').where('email', '=', email)
        await account.set({ status: 'active', email_verified_at: Date.now() }).execute()
        server.clock.advance(3_600)
        const { flow, code } = await server.codeFor(email)
        const answer = await server.confirm(flow, code)
        expect(answer.status, answer.text).toBe(200)
        expect((await server.client.me(String(answer.body.access_token))).status).toBe(200)
      })
    },
  )
})
