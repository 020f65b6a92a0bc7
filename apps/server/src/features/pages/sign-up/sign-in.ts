import type { FastifyReply, FastifyRequest } from 'fastify'
import { contextOf } from '../../../platform/http/request-context.ts'
import { setSessionCookie } from '../../../platform/http/session-cookie.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { returnAddress } from '../../../platform/kernel/return-address.ts'
import type { LoginService } from '../../authentication/login/service.ts'
import { requireSignedIn } from '../../authentication/sign-in/model.ts'
import type { HostedPagesOptions } from '../frame/hosted-pages.ts'

export interface SignInAfterOptions extends HostedPagesOptions {
  readonly login: Pick<LoginService, 'withPassword' | 'withUserSecret'>
  /** How long a session lasts if the reader does not want to stay signed in. */
  readonly briefSessionSeconds: number
}

export interface NewCredentials {
  readonly identifier: string
  readonly password: string | undefined
  readonly userSecret: string | null
}

/**
 * Signs in to the new account, as its owner would on the next page: with the same service, and so with the same rules.
 * @returns false if it is refused. The account exists all the same, and its owner can sign in.
 */
export async function signInAs(
  request: FastifyRequest,
  reply: FastifyReply,
  { login, briefSessionSeconds: lifeSecondsMax }: SignInAfterOptions,
  { identifier, password = '', userSecret }: NewCredentials,
): Promise<boolean> {
  const session = { mode: 'cookie', lifeSecondsMax } as const
  const identifiers = [{ kind: 'any', text: identifier }] as const
  const context = contextOf(request)
  try {
    const outcome =
      userSecret === null
        ? await login.withPassword({ identifiers, password, ...session }, context)
        : await login.withUserSecret({ userSecret, ...session }, context)
    const { code } = requireSignedIn(outcome).session
    if (code !== null) setSessionCookie(reply, code, null)
    return code !== null
  } catch (error) {
    if (error instanceof Failure) return false
    throw error
  }
}

export function addressIn(given: string | undefined, options: HostedPagesOptions): string | null {
  if (given === undefined) return null
  return returnAddress(given, { publicUrl: options.publicUrl(), returnOrigins: options.returnOrigins })
}
