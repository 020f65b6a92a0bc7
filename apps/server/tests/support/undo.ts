import { messagesTo } from './sent-codes.ts'
import { type Answer, TestClient } from './test-client.ts'
import type { TestServer } from './test-server.ts'

const link = /\/undo\?token=(pxl_[\w-]{43})/

/** The tokens of the links to undo a change that were sent to the address, the newest first. */
export async function undoTokensSentTo(client: TestClient, address: string): Promise<readonly string[]> {
  const messages = await messagesTo(client, address)
  return messages.flatMap(({ text }) => link.exec(text)?.[1] ?? [])
}

/** The newest of them. */
export async function undoTokenSentTo(client: TestClient, address: string): Promise<string> {
  const [token] = await undoTokensSentTo(client, address)
  if (token === undefined) throw new Error(`no message to ${address} has a link to undo a change`)
  return token
}

/** Opens the page of a link. */
export async function openUndo({ url }: Pick<TestServer, 'url'>, token: string): Promise<Answer> {
  return await new TestClient(url).get(`/undo?token=${token}`)
}

/** Presses the button of the page. */
export async function pressUndo({ url }: Pick<TestServer, 'url'>, token: string): Promise<Answer> {
  return await submit(url, '/undo', { token })
}

/** Presses the button of the page that confirms a new contact. */
export async function pressConfirm({ url }: Pick<TestServer, 'url'>, token: string): Promise<Answer> {
  return await submit(url, '/verify/change', { token })
}

/** The token in the form for the new password. */
export function recoveryTokenIn({ text }: Answer): string {
  const token = /name="recovery_token" value="(pxl_[\w-]{43})"/.exec(text)?.[1]
  if (token === undefined) throw new Error(`no form for a new password in ${text}`)
  return token
}

/** Undoes a change and sets a new password, as the owner would. */
export async function undoChange(server: Pick<TestServer, 'url'>, token: string, newPassword: string) {
  const undone = await pressUndo(server, token)
  const fields = { recovery_token: recoveryTokenIn(undone), new_password: newPassword }
  return await submit(server.url, '/recover', fields)
}

async function submit(url: string, path: string, fields: Record<string, string>): Promise<Answer> {
  return await new TestClient(url).send('POST', path, new URLSearchParams(fields).toString(), {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
}
