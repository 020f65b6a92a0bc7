import { wrongCode } from './codes.ts'
import { confirmContact, type NewContact, requestContact } from './contact-changes.ts'
import { newPerson } from './people.ts'
import { codeSentTo } from './sent-codes.ts'
import type { Answer, TestClient } from './test-client.ts'
import type { TestServer } from './test-server.ts'

const email = { email: 'contact@example.com' }
const phone = { phone_number: '+254722000333' }
const addressOf = (contact: NewContact) => String(Object.values(contact)[0])

/** The answers of the calls that change a contact. The server limits nothing. */
export async function contactAnswers(client: TestClient) {
  const { token } = await newPerson(client)
  const confirm = async (contact: NewContact) =>
    await confirmContact(client, token, contact, await codeSentTo(client, addressOf(contact)))
  return {
    changeMyEmail: [await requestContact(client, token, email)],
    confirmMyEmail: [await confirm(email)],
    changeMyPhoneNumber: [await requestContact(client, token, phone)],
    confirmMyPhoneNumber: [await confirm(phone)],
  }
}

/** The refusals, with the code of each. They advance the clock. */
export async function contactRefusals({ client, clock }: TestServer) {
  const refusals: [string, Answer][] = []
  for (const contact of [email, phone]) {
    const { token } = await newPerson(client)
    const confirm = async (typed: string) => await confirmContact(client, token, contact, typed)
    await requestContact(client, token, contact)
    const code = await codeSentTo(client, addressOf(contact))
    refusals.push(['code_invalid', await confirm(wrongCode(code))])
    clock.advance(600)
    refusals.push(['code_expired', await confirm(code)])
  }
  for (const contact of [email, phone]) {
    const taken = 'email' in contact ? 'email_taken' : 'phone_number_taken'
    const [late, quick] = [await newPerson(client), await newPerson(client)]
    await requestContact(client, late.token, contact)
    const lateCode = await codeSentTo(client, addressOf(contact))
    await requestContact(client, quick.token, contact)
    await confirmContact(client, quick.token, contact, await codeSentTo(client, addressOf(contact)))
    refusals.push([taken, await confirmContact(client, late.token, contact, lateCode)])
    const refused = await newPerson(client)
    refusals.push([taken, await requestContact(client, refused.token, contact)])
  }
  return refusals
}

/** The code that the example body of a confirmation needs; null for another call. */
export async function contactSecretFor(
  operationId: string,
  client: TestClient,
  token: string,
): Promise<object | null> {
  const contact = { confirmMyEmail: email, confirmMyPhoneNumber: phone }[operationId]
  if (contact === undefined) return null
  await requestContact(client, token, contact)
  return { code: await codeSentTo(client, addressOf(contact)) }
}
