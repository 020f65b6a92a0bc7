import { Failure } from '../../../platform/kernel/failures.ts'
import { codeExpired, codeInvalid } from '../../authenticators/codes/model.ts'
import { takenProblems } from '../../self-service/contacts/model.ts'

/** Why a link about a contact does nothing. */
export type Refusal = 'expired' | 'invalid' | 'taken'

/** @throws what is no such refusal */
export function refusalOf(error: unknown): { readonly failure: Failure; readonly refusal: Refusal } {
  if (!(error instanceof Failure)) throw error
  if (error.problem === codeInvalid) return { failure: error, refusal: 'invalid' }
  if (error.problem === codeExpired) return { failure: error, refusal: 'expired' }
  if (Object.values(takenProblems).some((taken) => taken === error.problem))
    return { failure: error, refusal: 'taken' }
  throw error
}
