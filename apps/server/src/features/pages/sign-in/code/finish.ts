import type { FastifyReply, FastifyRequest } from 'fastify'
import { clearFlowCookie } from '../../../../platform/http/flow-cookie.ts'
import type { SignInOutcome } from '../../../authentication/sign-in/model.ts'
import { type AfterSignIn, finishSignIn } from '../../frame/sign-in-answer.ts'
import { type SecondStepStart, showSecondStep } from '../../second-step/routes.ts'

/** Signs the reader in, or asks for the second factor. The code is used up, so the browser forgets its flow. */
export async function finishCodeSignIn(
  request: FastifyRequest,
  reply: FastifyReply,
  options: SecondStepStart,
  { outcome, keep, returnTo }: AfterSignIn & { readonly outcome: SignInOutcome },
): Promise<FastifyReply> {
  clearFlowCookie(reply)
  if (outcome.kind === 'signed_in') return await finishSignIn(reply, outcome, { keep, returnTo })
  return await showSecondStep(request, reply, options, { ...outcome, keep, returnTo })
}
