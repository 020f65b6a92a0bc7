import { codeSentTo } from './sent-codes.ts'
import type { Answer, TestClient } from './test-client.ts'

/** A new email address, or a new phone number. */
export type NewContact = { readonly email: string } | { readonly phone_number: string }

const pathOf = (contact: NewContact) => ('email' in contact ? '/v1/me/email' : '/v1/me/phone-number')
const addressOf = (contact: NewContact) => ('email' in contact ? contact.email : contact.phone_number)

export async function requestContact(
  client: TestClient,
  token: string,
  contact: NewContact,
  proof: object = {},
): Promise<Answer> {
  return await client.put(pathOf(contact), { ...contact, ...proof }, { token })
}

export async function confirmContact(
  client: TestClient,
  token: string,
  contact: NewContact,
  code: string,
): Promise<Answer> {
  return await client.post(`${pathOf(contact)}/confirm`, { code }, { token })
}

/** Requests the change, and confirms it with the code that was sent to the new contact. */
export async function changeContact(client: TestClient, token: string, contact: NewContact): Promise<Answer> {
  const requested = await requestContact(client, token, contact)
  if (requested.status !== 202) throw new Error(requested.text)
  return await confirmContact(client, token, contact, await codeSentTo(client, addressOf(contact)))
}
