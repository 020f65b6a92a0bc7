import type { Guard } from '@proxima/guard'
import { Refusal } from '@proxima/guard/refusal'
import { type OldCaller, oldFailure } from './model.ts'

export interface OldCallersParts {
  readonly guard: Pick<Guard, 'authorize'>
  /** The public URL of Proxima. */
  readonly accountsUrl: string
}

const timeoutMs = 5_000

/** Finds out who calls. The old front ends send the token in the body, not in a header. */
export class OldCallers {
  readonly #parts: OldCallersParts

  constructor(parts: OldCallersParts) {
    this.#parts = parts
  }

  async callerOf(token: string): Promise<OldCaller> {
    try {
      const { id, roles } = await this.#parts.guard.authorize(`Bearer ${token}`)
      return { accountId: id, isAdministrator: roles.includes('admin') }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (error.status === 503) throw unavailable()
      throw oldFailure(401, 'Could not authenticate user')
    }
  }

  /** The id of the caller in the old backend. Proxima knows it, and its contract `oauth-bearer` tells the user. */
  async oldUserIdOf(token: string): Promise<number> {
    const answer = await fetch(`${this.#parts.accountsUrl}/profile`, {
      headers: { authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    }).catch(() => null)
    if (answer?.status === 401) throw oldFailure(401, 'Could not authenticate user')
    if (answer?.status !== 200) throw unavailable()
    const { id } = (await answer.json()) as { readonly id?: unknown }
    if (!Number.isSafeInteger(id)) throw unavailable()
    return Number(id)
  }
}

function unavailable() {
  return oldFailure(503, 'Try Again A Few Moments Later')
}
