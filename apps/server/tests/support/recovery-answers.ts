import { wrongCode } from './codes.ts'
import { overloadedOf } from './openapi-operations.ts'
import { newPerson } from './people.ts'
import { recoveryTokenFor } from './recovery.ts'
import { codeSentTo } from './sent-codes.ts'
import type { Answer } from './test-client.ts'
import { openDatabase } from './test-database.ts'
import type { TestServer } from './test-server.ts'
import { verifyAddresses } from './verified-addresses.ts'

const path = '/v1/auth/recovery'
const new_password = 'nine quiet rivers bend slowly'

/** The answers of the calls that recover an account. The server limits nothing. */
export async function recoveryAnswers({ client }: Pick<TestServer, 'client'>) {
  const email = 'recovered@example.com'
  await newPerson(client, { email })
  const requested = await client.post(path, { identifier: email })
  const code = await codeSentTo(client, email)
  const verified = await client.post(`${path}/verify`, { identifier: email, code })
  const { recovery_token } = verified.body
  const renewed = await client.post(`${path}/reset`, { recovery_token })
  const next = await recoveryTokenFor(client, email)
  const reset = await client.post(`${path}/reset`, { recovery_token: next, new_password })
  return { requestRecovery: [requested], verifyRecovery: [verified], resetPassword: [renewed, reset] }
}

/** The refusals, with the code of each. They advance the clock. The server hashes one password at a time. */
export async function recoveryRefusals({ client, clock, databaseUrl }: TestServer) {
  const [email, phone] = ['forgetful@example.com', '+254712345677']
  await newPerson(client, { email })
  const verify = async (code: string, identifier = email) =>
    await client.post(`${path}/verify`, { identifier, code })
  const reset = async (recovery_token: string, password: string) =>
    await client.post(`${path}/reset`, { recovery_token, new_password: password })
  await client.post(path, { identifier: email })
  const code = await codeSentTo(client, email)
  const refusals: [string, Answer][] = [['code_invalid', await verify(wrongCode(code))]]
  clock.advance(601)
  refusals.push(['code_expired', await verify(code)])
  const token = await recoveryTokenFor(client, email)
  refusals.push(['password_too_weak', await reset(token, 'password')])
  refusals.push(['overloaded', await overloadedOf(() => reset(token, new_password))])
  refusals.push(['code_invalid', await reset(token, new_password)])
  const late = await recoveryTokenFor(client, email)
  clock.advance(601)
  refusals.push(['code_expired', await reset(late, new_password)])
  await newPerson(client, { email: 'waiting@example.com', phone_number: phone })
  const db = openDatabase(databaseUrl)
  await verifyAddresses(db)
  await db.destroy()
  await client.post(path, { identifier: phone })
  refusals.push(['recovery_waiting', await verify(await codeSentTo(client, phone), phone)])
  return refusals
}
