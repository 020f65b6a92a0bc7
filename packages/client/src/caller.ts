import type { Credential, Credentials } from './credentials.ts'
import { isCredentialRefused } from './error.ts'
import { type CallOptions, type Request, reasonOf } from './request.ts'
import type { Transport } from './transport.ts'

type Given = Omit<Request, 'method' | 'path'>

/** Sends one call, signed in if the call needs it. */
export type Call = <T>(method: Request['method'], path: string, given?: Given) => Promise<T>

export function callerOf(transport: Transport, credentials: Credentials): Call {
  return async <T>(method: Request['method'], path: string, given: Given = {}): Promise<T> => {
    const request = { ...given, method, path }
    if (request.isPublic) return await transport.send<T>(request, null)
    // A call that is aborted stops waiting for a refresh, which goes on for the others.
    const credential = await unlessAborted(credentials.current(), request)
    try {
      return await transport.send<T>(request, credential.bearer)
    } catch (error) {
      if (!isCredentialRefused(error)) throw error
      const renewed = await unlessAborted(credentials.renewed(credential), request)
      if (renewed === null) throw error
      return await sendLast<T>(request, renewed)
    }
  }

  async function sendLast<T>(request: Request, renewed: Credential): Promise<T> {
    try {
      return await transport.send<T>(request, renewed.bearer)
    } catch (error) {
      if (isCredentialRefused(error)) await credentials.giveUp(renewed)
      throw error
    }
  }
}

async function unlessAborted<T>(work: Promise<T>, { signal }: CallOptions): Promise<T> {
  if (signal === undefined) return await work
  let stop = () => {}
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(reasonOf(signal))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop)
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
