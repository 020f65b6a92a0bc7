import type { TestClient } from './test-client.ts'

/** A message of the outbox page, with what it carries. */
export interface SentMessage {
  readonly to: string
  readonly template: string
  readonly subject: string
  readonly text: string
}

/** The messages to an address that wait to be delivered, the newest first. */
export async function messagesTo(client: TestClient, address: string): Promise<readonly SentMessage[]> {
  const { body } = await client.get('/outbox', { headers: { accept: 'application/json' } })
  const shown = body.data as (SentMessage & { state: string })[]
  return shown.filter(({ to, state }) => to === address && state === 'waiting')
}

/** The six digits of the newest message to the address. */
export async function codeSentTo(client: TestClient, address: string): Promise<string> {
  return (await findSentTo(client, address, /(?<![\w-])\d{6}(?![\w-])/))[0]
}

/** The token in the link of the newest message to the address. */
export async function linkTokenSentTo(client: TestClient, address: string): Promise<string> {
  return (await findSentTo(client, address, /pxl_[\w-]{43}/))[0]
}

async function findSentTo(client: TestClient, address: string, pattern: RegExp): Promise<RegExpExecArray> {
  for (const { text } of await messagesTo(client, address)) {
    const found = pattern.exec(text)
    if (found !== null) return found
  }
  throw new Error(`no message to ${address} has ${pattern.source}`)
}
