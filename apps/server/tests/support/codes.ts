import type {
  CodeBinding,
  CodeContact,
  IssuedCode,
  NewCode,
} from '../../src/features/authenticators/codes/model.ts'
import type { CodeGuess, CodesService } from '../../src/features/authenticators/codes/service.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import { type AccountId, newId } from '../../src/platform/kernel/ids.ts'
import { requestFrom } from './request-context.ts'

/** An account that asks for codes to one address. */
export function codeFor(
  canonical = 'amina@example.com',
): NewCode & CodeBinding & { readonly accountId: AccountId } {
  const accountId = newId<AccountId>()
  const contact = { kind: 'email', canonical } as const
  return { purpose: 'verification', holder: ['account', accountId], flow: null, accountId, contact }
}

/** Issues a code whose message is sent, unless `isSent` is false. */
export async function issueCode(
  { db, codes }: { db: Database; codes: CodesService },
  requested: NewCode,
  isSent = true,
): Promise<IssuedCode> {
  const issued: IssuedCode[] = []
  await inTransaction(db, (transaction) =>
    codes.issue(transaction, requested, async (code) => {
      issued.push(code)
      return isSent
    }),
  )
  const last = issued.at(-1)
  if (last === undefined) throw new Error('no code was issued')
  return last
}

export function guessAt(
  { purpose, holder, flow, contact }: NewCode & CodeBinding,
  code: string,
  address?: string,
): CodeGuess {
  const subject = [contact.kind, contact.canonical, ...holder]
  const about = {
    typed: null,
    context: requestFrom(address),
    action: 'registration',
    auditSubject: {},
  } as const
  return { purpose, holder, flow, code, subject, ...about }
}

/** What a proof proves when it is used for these contacts. */
export async function useCode(
  { db }: { db: Database },
  result: Awaited<ReturnType<CodesService['check']>>,
  contacts: readonly CodeContact[],
): Promise<CodeContact | null> {
  if (!result.isRight) return null
  return await inTransaction(db, (transaction) => result.use(transaction, contacts))
}

/** A code of six digits that is not this one. */
export function wrongCode(code: string): string {
  return ((Number(code) + 1) % 1_000_000).toString().padStart(6, '0')
}
