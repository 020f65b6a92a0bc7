import { statusByKind } from '../../../../platform/http/problem.ts'
import type { Failure } from '../../../../platform/kernel/failures.ts'
import {
  invalidToken,
  notFound,
  stepUpRequired,
  tokenExpired,
  unauthenticated,
} from '../../../../platform/kernel/problems.ts'
import {
  factorEnrolmentRequired,
  invalidCredentials,
  mfaRequired,
} from '../../../authentication/sign-in/model.ts'
import { usernameTaken } from '../../../users/accounts/model.ts'
import { oldNameOf, ownSentences, sentences, type WrongPasswordStatus } from './model.ts'

interface OldAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, string>>
}

export const message = (text: string, status = 200): OldAnswer => ({ status, body: { message: text } })
const error = (text: string, status: number): OldAnswer => ({ status, body: { error: text } })

/** The front end reads the number as a text, and fails on a number. */
export const messageWithCode = (text: string, status: number): OldAnswer => ({
  status,
  body: { message: text, code: String(status) },
})

const signInPaths = new Set(['/intra-in-cont', '/login'])
const profilePaths = new Set(['/get', '/getProfile'])
const settingPaths = new Set(['/setContactDetail', '/setSocialLink'])

/**
 * The old answer to a failure. The old backend crashed on what we refuse, so those statuses are of our choice. One answer
 * stands for an unknown email address and for a wrong password (ASVS 6.3.8).
 */
export function oldRefusal(
  failure: Failure,
  path: string,
  { wrongPasswordStatus }: { readonly wrongPasswordStatus: WrongPasswordStatus },
): OldAnswer {
  switch (failure.problem) {
    case invalidCredentials:
      return signInPaths.has(path)
        ? messageWithCode(sentences.wrongPassword, wrongPasswordStatus)
        : message(sentences.currentPasswordWrong, 400)
    // The front end shows the text.
    case mfaRequired:
    case factorEnrolmentRequired:
      return messageWithCode(ownSentences.secondFactor, wrongPasswordStatus)
    case unauthenticated:
      return error(sentences.headerMissing, 401)
    case invalidToken:
    case tokenExpired:
      return settingPaths.has(path)
        ? message(sentences.sessionUnknown, 404)
        : error(sentences.sessionUnknown, 401)
    case usernameTaken:
      return path === '/changeUsername' ? message(sentences.usernameTaken, 400) : ownRefusal(failure)
    case notFound:
      return profilePaths.has(path) ? error(sentences.profileUnknown, 404) : ownRefusal(failure)
    case stepUpRequired:
      return error(ownSentences.signInAgain, 403)
    default:
      return ownRefusal(failure)
  }
}

function ownRefusal(failure: Failure): OldAnswer {
  const { kind } = failure.problem
  return error(textOf(failure), kind === 'invalid' ? 400 : statusByKind[kind])
}

function textOf({ errors, message: detail }: Failure): string {
  if (errors.length === 0) return detail
  return errors.map((each) => [oldNameOf(each.pointer), each.detail].filter(Boolean).join(': ')).join(' ')
}
