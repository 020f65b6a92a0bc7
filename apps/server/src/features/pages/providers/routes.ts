import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { optionalUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import {
  clearProviderCookie,
  readProviderCookie,
  setProviderCookie,
} from '../../../platform/http/flow-cookie.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { keepsCookies } from '../../../platform/http/session-cookie.ts'
import { flowSeconds } from '../../authentication/federation/flows/service.ts'
import { callbackPath } from '../../authentication/federation/model.ts'
import type { Arrived, FederationService } from '../../authentication/federation/service.ts'
import { registerLimit } from '../../authentication/registration/answer.ts'
import { afterwards } from '../account/done.ts'
import { wantedLanguages } from '../frame/choices.ts'
import { sendPage } from '../frame/hosted-pages.ts'
import { agreePath, connectPath, providerPath, securityPath, signInPath } from '../frame/paths.ts'
import { addressIn, finishSignIn } from '../frame/sign-in-answer.ts'
import { viewOf } from '../frame/view.ts'
import { type SecondStepStart, showSecondStep } from '../second-step/routes.ts'
import { departurePage } from './page.ts'
import { answerRefusal } from './refusals.ts'

export interface ProviderPagesOptions extends SecondStepStart {
  readonly federation: FederationService
  /** How long a session lasts if the reader does not want to stay signed in. */
  readonly briefSessionSeconds: number
}

const ProviderParams = Type.Object({ provider: Type.String({ maxLength: 40 }) })
const StartQuery = Type.Object({ return_to: Type.Optional(Type.String({ maxLength: 2_000 })) })
const answerField = Type.Optional(Type.String({ maxLength: 4_000 }))
/** A provider may send more than these. What the server does not read is thrown away. */
const AnswerForm = Type.Object({
  code: answerField,
  state: answerField,
  iss: answerField,
  error: answerField,
  error_description: answerField,
})
const answerNames = ['code', 'state', 'iss', 'error', 'error_description'] as const

/** Each start is a row for ten minutes, and a request to the provider if its metadata is not known. */
const startLimit = { name: 'provider-start', quota: 120, windowSeconds: 300 }

/** Signing in with an account at another provider: the way there, and the way back. */
export function providerRoutes(app: App, options: ProviderPagesOptions): void {
  app.get(
    providerPath(':provider'),
    {
      config: { access: 'public', limit: startLimit },
      schema: { hide: true, params: ProviderParams, querystring: StartQuery },
    },
    async (request, reply) => await start(request, reply, request.params.provider, request.query, options),
  )

  const callback = callbackPath(':provider')
  app.get(
    callback,
    {
      // The answer may create an account, so it counts as a registration.
      config: { access: 'optional', openToUnverified: true, limit: registerLimit },
      schema: { hide: true, params: ProviderParams },
    },
    async (request, reply) => await arrive(request, reply, request.params.provider, options),
  )
  // A form of another site brings no cookies (SameSite). So the browser is led here again, by an address of this site.
  app.post(
    callback,
    {
      config: { access: 'public', limit: registerLimit },
      schema: { hide: true, params: ProviderParams, body: AnswerForm },
    },
    async (request, reply) => {
      const { body, params } = request
      const answer = new URLSearchParams()
      for (const name of answerNames) if (body[name] !== undefined) answer.set(name, body[name])
      return await reply.redirect(`${callbackPath(params.provider)}?${answer.toString()}`, 303)
    },
  )
}

async function start(
  request: FastifyRequest,
  reply: FastifyReply,
  provider: string,
  { return_to: given }: { readonly return_to?: string },
  options: ProviderPagesOptions,
): Promise<FastifyReply> {
  const { federation, publicUrl } = options
  const returnTo = addressIn(given, options)
  // The page says why a browser would not keep the session.
  if (!keepsCookies(publicUrl())) return await reply.redirect(signInPath, 303)
  // Another site must not sign its visitors in without a click of theirs (ASVS 7.6.2).
  if (request.headers['sec-fetch-site'] === 'cross-site') {
    const known = federation.providers.find(({ id }) => id === provider)
    if (known !== undefined) {
      const url = providerPath(provider, returnTo)
      return await sendPage(reply, departurePage(viewOf(request, options), { name: known.name, url }))
    }
  }
  return await answerRefusal(request, reply, options, provider, async () => {
    const { secret, url } = await federation.start(provider, returnTo)
    setProviderCookie(reply, secret, flowSeconds)
    return await reply.redirect(url.href, 303)
  })
}

async function arrive(
  request: FastifyRequest,
  reply: FastifyReply,
  provider: string,
  options: ProviderPagesOptions,
): Promise<FastifyReply> {
  const secret = readProviderCookie(request)
  clearProviderCookie(reply)
  return await answerRefusal(request, reply, options, provider, async () => {
    const arrived = await options.federation.arrive({
      provider,
      secret,
      answer: new URLSearchParams(request.url.split('?', 2)[1] ?? ''),
      caller: optionalUser(request),
      ...sourceOf(request, options),
    })
    return await leadOn(request, reply, options, arrived)
  })
}

export function sourceOf(
  request: FastifyRequest,
  { briefSessionSeconds: lifeSecondsMax }: Pick<ProviderPagesOptions, 'briefSessionSeconds'>,
) {
  const languages = wantedLanguages(request).filter((tag) => tag !== null)
  return { context: contextOf(request), languages, lifeSecondsMax }
}

/** Signs the reader in, or leads to what is still to do. */
export async function leadOn(
  request: FastifyRequest,
  reply: FastifyReply,
  options: ProviderPagesOptions,
  arrived: Arrived,
): Promise<FastifyReply> {
  if (arrived.kind === 'linked')
    return await reply.redirect(afterwards(securityPath, 'account_connected'), 303)
  if (arrived.kind !== 'ended') {
    setProviderCookie(reply, arrived.secret, flowSeconds)
    return await reply.redirect(arrived.kind === 'has_account' ? connectPath : agreePath, 303)
  }
  const { outcome, returnTo } = arrived
  const after = { keep: false, returnTo }
  if (outcome.kind === 'signed_in') return await finishSignIn(reply, outcome, after)
  return await showSecondStep(request, reply, options, { ...outcome, ...after })
}
