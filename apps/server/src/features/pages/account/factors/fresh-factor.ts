import type { FastifyReply } from 'fastify'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { stepUpRequired } from '../../../../platform/kernel/problems.ts'
import { totpNotStarted } from '../../../authenticators/totp/model.ts'
import { noSecondFactor } from '../../../self-service/factors/model.ts'
import { confirmPath, securityPath } from '../../frame/paths.ts'

/**
 * Leads to the page that asks for a fresh second factor if the work needs one, and from there back to this page (A96). An
 * account that has none is asked for its password there.
 */
export async function withFreshFactor(
  reply: FastifyReply,
  path: string,
  work: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    // The last factor was removed in another window, or the new app was not confirmed in time.
    if (error.problem === noSecondFactor || error.problem === totpNotStarted)
      return await reply.redirect(securityPath, 303)
    if (error.problem !== stepUpRequired) throw error
    return await reply.redirect(`${confirmPath}?needs=factor&return_to=${encodeURIComponent(path)}`, 303)
  }
}
