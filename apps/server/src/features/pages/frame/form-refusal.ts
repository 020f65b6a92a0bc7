import { statusByKind } from '../../../platform/http/problem.ts'
import { Failure, type Problem } from '../../../platform/kernel/failures.ts'
import {
  overloaded,
  preconditionFailed,
  rateLimited,
  tooLarge,
  unsupportedMediaType,
  validationFailed,
} from '../../../platform/kernel/problems.ts'
import { invalidCredentials } from '../../authentication/sign-in/model.ts'
import { tooManyApiKeys } from '../../authenticators/api-keys/model.ts'
import { codeExpired, codeInvalid } from '../../authenticators/codes/model.ts'
import { passwordTooWeak } from '../../authenticators/passwords/model.ts'
import { lastAdministrator } from '../../authorization/roles/model.ts'
import type { Language } from '../../languages/model.ts'
import { lastFactor } from '../../self-service/factors/model.ts'
import { emailTaken, phoneNumberTaken, usernameTaken } from '../../users/accounts/model.ts'
import { type FieldErrorOptions, type FieldErrors, fieldErrors } from './field-errors.ts'
import { type Alert, tooManyAlert } from './parts.ts'

/** Why a form was refused, for the page that shows it again with what was typed. */
export interface FormRefusal {
  readonly failure: Failure
  readonly status: number
  readonly alert: Alert
  readonly errors: FieldErrors
  /** The seconds until the reader may try again; null if they may at once. */
  readonly waitSeconds: number | null
}

/** The field that is wrong if a service refuses all of a form with this problem. */
const fieldOf: ReadonlyMap<Problem, string> = new Map([
  [usernameTaken, '/username'],
  [emailTaken, '/email'],
  [phoneNumberTaken, '/phone_number'],
  [codeInvalid, '/code'],
  [codeExpired, '/code'],
  [tooLarge, '/image'],
  [unsupportedMediaType, '/image'],
])

/** @throws the error if the page of the form cannot explain it */
export function formRefusalOf(error: unknown, language: Language, options: FieldErrorOptions): FormRefusal {
  const alert = error instanceof Failure ? alertFor(error, language) : null
  if (!(error instanceof Failure) || alert === null) throw error
  const { problem, retryAfterSeconds: waitSeconds } = error
  return {
    failure: error,
    status: statusByKind[problem.kind],
    alert,
    errors: errorsOf(error, language, options),
    waitSeconds,
  }
}

function errorsOf({ problem, errors }: Failure, language: Language, options: FieldErrorOptions): FieldErrors {
  const say = language.sentences('field_error')
  if (problem === invalidCredentials)
    return { current_password: say('wrong_password'), user_secret: say('wrong_secret') }
  const pointer = fieldOf.get(problem)
  const named = pointer === undefined ? errors : [{ pointer, code: problem.code, detail: '' }]
  return fieldErrors(language, { errors: named, problem }, options)
}

function alertFor(failure: Failure, language: Language): Alert | null {
  const { problem } = failure
  const say = language.sentences('form')
  if (problem === rateLimited || problem === overloaded) return tooManyAlert(language, failure)
  if (problem === preconditionFailed)
    return { tone: 'warn', title: say('changed_elsewhere'), text: say('changed_elsewhere_next') }
  if (problem === lastAdministrator)
    return { tone: 'bad', title: say('last_administrator'), text: say('last_administrator_next') }
  if (problem === lastFactor) return { tone: 'bad', title: say('last_factor'), text: say('last_factor_next') }
  if (problem === tooManyApiKeys)
    return { tone: 'bad', title: say('too_many_keys'), text: say('too_many_keys_next') }
  const isExplained =
    problem === validationFailed ||
    problem === passwordTooWeak ||
    problem === invalidCredentials ||
    fieldOf.has(problem)
  return isExplained ? { tone: 'bad', title: say('check'), text: say('check_next') } : null
}
