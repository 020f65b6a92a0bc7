import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { type AddedTotp, addTotp } from './factors.ts'
import { emailOf, oldPassword, phoneOf, type RecoveryServer } from './recovery.ts'
import type { Answer } from './test-client.ts'

export interface LosingOwner extends AddedTotp {
  readonly id: AccountId
  readonly email: string
  readonly phone: string
  /** An access token of a session from before. */
  readonly token: string
  signIn(password?: string, mode?: string): Promise<Answer>
  /** Signs in, and says that the second factor is lost. */
  lose(password?: string): Promise<Answer & { readonly challenge: string }>
}

/** An owner of an authenticator app, with a confirmed email address and, if asked for, a phone number. */
export async function newLosingOwner(
  server: RecoveryServer,
  { hasPhone = false, isVerified = true } = {},
): Promise<LosingOwner> {
  const [email, phone] = [emailOf('asha'), phoneOf()]
  const contacts = { email, ...(hasPhone && { phone_number: phone }) }
  const verified = hasPhone ? (['email', 'phone_number'] as const) : (['email'] as const)
  const { id } = await server.register(contacts, isVerified ? verified : [])
  const { body } = await server.login(email, oldPassword)
  const token = String(body.access_token)
  const added = await addTotp(server.client, token, server.clock)
  const signIn = async (password = oldPassword, mode = 'token') =>
    await server.post('/v1/auth/login', { identifier: email, password, mode })
  const lose = async (password?: string) => {
    const challenge = String((await signIn(password)).body.challenge)
    return { ...(await server.post('/v1/auth/mfa/lost', { challenge })), challenge }
  }
  return { ...added, id, email, phone, token, signIn, lose }
}

export const hoursMs = (hours: number) => hours * 3_600_000
export const waitSeconds = 72 * 3_600
