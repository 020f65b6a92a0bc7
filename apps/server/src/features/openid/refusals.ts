import { Failure, type Problem } from '../../platform/kernel/failures.ts'
import { invalidToken, malformedRequest } from '../../platform/kernel/problems.ts'
import {
  insufficientScope,
  invalidClient,
  invalidGrant,
  invalidScope,
  unauthorizedClient,
  unsupportedGrantType,
} from '../integration/oauth/model.ts'
import type { EngineAnswer } from './engine/service.ts'

const problems: readonly Problem[] = [
  insufficientScope,
  invalidClient,
  invalidGrant,
  invalidScope,
  invalidToken,
  unauthorizedClient,
  unsupportedGrantType,
]

/** What the library has refused, as a failure of Proxima. Whatever has no code of its own is a malformed request. */
export function refusalOf({ body }: Pick<EngineAnswer, 'body'>): Failure {
  const problem = problems.find(({ code }) => code === body?.['error']) ?? malformedRequest
  const detail = body?.['error_description']
  return new Failure(problem, typeof detail === 'string' ? { detail: sentence(detail) } : {})
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1)
  return begun.endsWith('.') ? begun : `${begun}.`
}
