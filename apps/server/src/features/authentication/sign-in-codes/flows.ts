import { randomSecret } from '../../../platform/crypto/random.ts'
import type { Sealer } from '../../../platform/crypto/sealing.ts'
import { noAccountId } from '../../../platform/kernel/ids.ts'
import type { Flow } from './model.ts'

const prefix = 'pxf_'
const context = { purpose: 'sign_in.flow', id: 'flow' } as const

/**
 * The flow that a client gets in answer to its request, and gives back with the code. It is sealed and not stored, so
 * that requests fill no table (I13). It has one length for an account and for a stranger, and no one can read from it which
 * of them it is (I4).
 */
export class SignInFlows {
  readonly #sealer: Pick<Sealer, 'seal' | 'open'>

  constructor(sealer: Pick<Sealer, 'seal' | 'open'>) {
    this.#sealer = sealer
  }

  /** @returns the flow, which is a secret of its client: only that client can use the code */
  start(flow: Omit<Flow, 'id' | 'startedAt'>, now: Date): { readonly id: string; readonly text: string } {
    const id = randomSecret('')
    const { accountId, kind, typed } = flow
    const parts = [id, accountId ?? noAccountId, letters[kind], now.toISOString(), ...typed]
    return { id, text: `${prefix}${this.#sealer.seal(JSON.stringify(parts), context)}` }
  }

  /** @returns null if this server has not made it */
  open(text: string): Flow | null {
    if (!text.startsWith(prefix)) return null
    const [id = '', accountId = noAccountId, letter, startedAt = '', ...typed] = this.#partsOf(
      text.slice(prefix.length),
    )
    if (id === '') return null
    return {
      id,
      accountId: accountId === noAccountId ? null : (accountId as Flow['accountId']),
      kind: letter === letters.email ? 'email' : 'phone_number',
      startedAt: new Date(startedAt),
      typed,
    }
  }

  #partsOf(sealed: string): readonly string[] {
    try {
      return JSON.parse(this.#sealer.open(sealed, context)) as string[]
    } catch {
      return []
    }
  }
}

/** Of one length. */
const letters = { email: 'e', phone_number: 'p' } as const satisfies Record<Flow['kind'], string>
