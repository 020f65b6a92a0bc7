import { signedHeaders, webhookSecret } from './bounces.ts'
import { sqlite } from './engines.ts'
import { codesByEmail } from './factors.ts'
import { validBodies } from './openapi-operations.ts'
import { smallPictures } from './picture-answers.ts'
import type { Answer } from './test-client.ts'
import { startTestServer, type TestServer } from './test-server.ts'

export const ownEnv = { ...smallPictures, PROXIMA_WEBHOOK_SECRET: webhookSecret }
/** With everything that is off by default. */
export const fullEnv = { ...ownEnv, ...codesByEmail }

async function report({ client, clock }: TestServer, headers?: Record<string, string>): Promise<Answer> {
  const body = validBodies['reportBounce'] ?? ''
  return await client.send('POST', '/v1/messages/bounces', body, {
    headers: headers ?? signedHeaders(body, clock.now()),
  })
}

export async function bounceAnswers(server: TestServer): Promise<Record<string, readonly Answer[]>> {
  return { reportBounce: [await report(server)] }
}

/** The answer for each code. */
export async function bounceRefusals(server: TestServer): Promise<[string, Answer][]> {
  const keyless = await startTestServer(sqlite)
  const forbidden = await report(keyless)
  await keyless.close()
  return [
    ['signature_invalid', await report(server, {})],
    ['forbidden', forbidden],
  ]
}
