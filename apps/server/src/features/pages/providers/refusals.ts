import type { FastifyReply, FastifyRequest } from 'fastify'
import { noteRefusal } from '../../../platform/http/errors.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { FederationRefusal, type RefusalReason } from '../../authentication/federation/model.ts'
import type { FederationService } from '../../authentication/federation/service.ts'
import { invalidCredentials } from '../../authentication/sign-in/model.ts'
import { identityTaken, tooManyLinkedAccounts } from '../../authenticators/linked-accounts/model.ts'
import { type HostedPagesOptions, sendPage } from '../frame/hosted-pages.ts'
import { viewOf } from '../frame/view.ts'
import { refusedPage } from './page.ts'

export interface RefusalOptions extends HostedPagesOptions {
  readonly federation: Pick<FederationService, 'providers'>
}

const statuses: Readonly<Record<RefusalReason, number>> = {
  flow_over: 422,
  wrong_answer: 422,
  declined: 422,
  provider_refused: 422,
  provider_unavailable: 503,
  registration_closed: 403,
  contact_needed: 422,
  linked_account_taken: 409,
}

/** Does what a request asks for. If it is refused, the page says why. */
export async function answerRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  options: RefusalOptions,
  provider: string,
  work: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await work()
  } catch (error) {
    const found = options.federation.providers.find(({ id }) => id === provider)
    const name = found?.name ?? provider
    const view = viewOf(request, options)
    if (error instanceof FederationRefusal) {
      // What a provider says is not shown to anyone but the operator.
      request.log.warn(
        { provider, reason: error.reason, cause: causesOf(error) },
        'sign-in with a provider refused',
      )
      const { reason } = error
      if (reason === 'provider_unavailable') void reply.header('retry-after', 60)
      return await sendPage(reply, refusedPage(view, { provider: name, reason }), statuses[reason])
    }
    if (!(error instanceof Failure)) throw error
    const reason = reasonOf(error)
    if (reason === null) throw error
    noteRefusal(error, reply)
    return await sendPage(
      reply,
      refusedPage(view, { provider: name, reason }),
      reason === 'not_allowed' ? 401 : 409,
    )
  }
}

function reasonOf({ problem }: Failure) {
  if (problem === invalidCredentials) return 'not_allowed'
  if (problem === identityTaken) return 'linked_account_taken'
  return problem === tooManyLinkedAccounts ? 'too_many_linked_accounts' : null
}

/** The messages and codes of the causes, without what they quote: an answer may hold a token. */
function causesOf(error: Error): readonly string[] {
  const causes: string[] = []
  for (let cause: unknown = error.cause; cause instanceof Error && causes.length < 5; cause = cause.cause)
    causes.push('code' in cause ? `${cause.message} (${String(cause.code)})` : cause.message)
  return causes
}
