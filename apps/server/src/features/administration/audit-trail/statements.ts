import type { KeyObject } from 'node:crypto'
import { isSignedEs256, signEs256 } from '../../../platform/crypto/es256.ts'
import type { Signed } from './model.ts'

/** What a server says of the chain with its signature. The first part tells what kind of statement it is. */
export type Statement = readonly [kind: string, ...(string | number)[]]

export interface SigningKey {
  readonly kid: string
  readonly privateKey: KeyObject
}

export function signStatement(statement: Statement, { kid, privateKey }: SigningKey): Signed {
  return { kid, signature: signEs256(textOf(statement), privateKey).toString('base64url') }
}

export function isSigned(statement: Statement, { signature }: Signed, key: KeyObject): boolean {
  return isSignedEs256(textOf(statement), Buffer.from(signature, 'base64url'), key)
}

/** JSON, which has not the form of a token: neither can be taken for the other. */
function textOf(statement: Statement): string {
  return JSON.stringify(statement)
}

/** The chain ends here. Signed again with each block, so that no one can cut off its end. */
export function headStatement(number: number, hash: string): Statement {
  return ['proxima-audit-head-1', number, hash]
}

/** The blocks up to this one were deleted because they were older than the retention. */
export function cutStatement({ block, hash, at }: { block: number; hash: string; at: Date }): Statement {
  return ['proxima-audit-cut-1', block, hash, at.getTime()]
}
