import { Failure } from '../../../../platform/kernel/failures.ts'
import type { ApiAnswer } from '../../../../platform/kernel/other-api.ts'
import { hasSession, type Principal } from '../../../../platform/kernel/principal.ts'
import { unauthenticated } from '../../../../platform/kernel/problems.ts'
import type { ContractCall } from '../contract.ts'

/** @throws `unauthenticated` */
export function callerOf({ caller }: ContractCall): Principal {
  if (caller === null || !hasSession(caller)) throw new Failure(unauthenticated)
  return caller
}

export function ok(body: unknown): ApiAnswer {
  return { status: 200, body }
}
