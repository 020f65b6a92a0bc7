import { Failure } from '../../../platform/kernel/failures.ts'
import { overloaded, rateLimited, validationFailed } from '../../../platform/kernel/problems.ts'
import { invalidCredentials } from '../../authentication/sign-in/model.ts'
import type { Language } from '../../languages/model.ts'
import { type Alert, tooManyAlert } from '../frame/parts.ts'
import type { Way } from './page.ts'

/** The failures that the page itself explains. */
const shown = [invalidCredentials, rateLimited, overloaded, validationFailed]

export function isShownOnPage(error: unknown): error is Failure {
  return error instanceof Failure && shown.includes(error.problem)
}

/** A browser would not keep the session of this address, and the sign-in would have no effect. */
export function needsHttpsAlert(language: Language, serviceName: string): Alert {
  const say = language.sentences('sign_in')
  return { tone: 'warn', title: say('needs_https'), text: say('needs_https_next', { service: serviceName }) }
}

/** Has the same words for a stranger, for a suspended account and for one without a password (ASVS 6.3.8). */
export function alertFor(failure: Failure, language: Language, way: Way): Alert {
  const say = language.sentences('sign_in')
  switch (failure.problem) {
    case rateLimited:
    case overloaded:
      return tooManyAlert(language, failure)
    case validationFailed:
      return { tone: 'bad', title: say('wrong'), text: say('unreadable') }
    default:
      return {
        tone: 'bad',
        title: say('wrong'),
        text: say(way === 'secret' ? 'wrong_secret_next' : 'wrong_next'),
      }
  }
}
