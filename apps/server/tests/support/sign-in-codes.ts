import type { TestEngine } from './engines.ts'
import { type RecoveryServer, startRecoveryServer } from './recovery.ts'
import { codeSentTo } from './sent-codes.ts'
import type { Answer } from './test-client.ts'
import type { TestServer } from './test-server.ts'

/** Two nodes on one database, with the calls of people who sign in with a code. */
export interface SignInCodeServer extends RecoveryServer {
  ask(identifier: string, node?: TestServer): Promise<Answer>
  confirm(flow: unknown, code: string, node?: TestServer): Promise<Answer>
  /** Asks for a code, and takes the one that was sent to the contact. */
  codeFor(identifier: string, contact?: string): Promise<{ flow: string; code: string }>
}

export async function startSignInCodeServer(
  engine: TestEngine,
  env: Readonly<Record<string, string>> = {},
): Promise<SignInCodeServer> {
  const server = await startRecoveryServer(engine, env)
  const ask = (identifier: string, node?: TestServer) => server.post('/v1/auth/code', { identifier }, node)
  return {
    ...server,
    ask,
    confirm: (flow, code, node) => server.post('/v1/auth/code/confirm', { flow, code }, node),
    codeFor: async (identifier, contact = identifier) => {
      const { status, text, body } = await ask(identifier)
      if (status !== 202) throw new Error(`the request was answered ${text}`)
      return { flow: String(body.flow), code: await codeSentTo(server.client, contact) }
    },
  }
}
