import type { AuditChainTable } from '../../../../platform/database/audit-tables.ts'
import { type Head, noBlocks, type Signed } from '../model.ts'
import { cutStatement, headStatement, isSigned, type Statement } from '../statements.ts'
import { finding } from './findings.ts'
import type { Finding } from './model.ts'
import type { TrustedKeys } from './trusted-keys.ts'

/** Where the stored chain begins. */
export function startOf(chain: AuditChainTable | null): Head {
  return chain === null || chain.cut_block === null
    ? noBlocks
    : { number: chain.cut_block, hash: chain.cut_hash ?? '' }
}

/** The blocks that the retention has deleted need a signature, or else anyone could delete the first ones. */
export function* checkCut(chain: AuditChainTable | null, keys: TrustedKeys): Generator<Finding> {
  if (chain === null || chain.cut_block === null) return
  const { cut_block: block, cut_hash: hash, cut_at: at } = chain
  const statement = cutStatement({ block, hash: hash ?? '', at: new Date(at ?? 0) })
  if (!isMadeByServer(statement, { kid: chain.cut_kid, signature: chain.cut_signature }, keys))
    yield finding('cut_invalid', { block }, `No server has deleted the blocks up to ${block}.`)
}

/** Compares the last block with the end that the servers have signed. */
export function* checkHead(chain: AuditChainTable | null, last: Head, keys: TrustedKeys): Generator<Finding> {
  const number = chain?.head_block ?? 0
  if (chain !== null && number > last.number)
    yield finding(
      'tail_missing',
      { block: last.number + 1 },
      `The chain ends with block ${last.number}. Its signed end says block ${number}.`,
    )
  else if (last.number > 0 && !isHead(chain, last, keys))
    yield finding(
      'head_invalid',
      { block: last.number },
      `No server has signed block ${last.number} as the end of the chain.`,
    )
}

function isHead(chain: AuditChainTable | null, last: Head, keys: TrustedKeys): boolean {
  // After a cut of everything, the last block is gone, and the cut itself is signed.
  if (chain?.cut_block === last.number) return true
  if (chain === null || chain.head_block !== last.number) return false
  const signed = { kid: chain.head_kid, signature: chain.head_signature }
  return isMadeByServer(headStatement(last.number, last.hash), signed, keys)
}

function isMadeByServer(
  statement: Statement,
  { kid, signature }: { readonly [Name in keyof Signed]: string | null },
  keys: TrustedKeys,
): boolean {
  const key = kid === null ? undefined : keys.get(kid)
  return (
    kid !== null && signature !== null && key !== undefined && isSigned(statement, { kid, signature }, key)
  )
}
