import type { FastifyReply, FastifyRequest } from 'fastify'
import { optionalUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { noteRefusal } from '../../../platform/http/errors.ts'
import { statusByKind } from '../../../platform/http/problem.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { keepsCookies } from '../../../platform/http/session-cookie.ts'
import type { Failure } from '../../../platform/kernel/failures.ts'
import type { LoginService } from '../../authentication/login/service.ts'
import { loginLimit, refuseForeignCookies } from '../../authentication/sign-in/answer.ts'
import type { SignInOutcome } from '../../authentication/sign-in/model.ts'
import { signInWork } from '../../safeguards/proof-of-work/answer.ts'
import { sendPage } from '../frame/hosted-pages.ts'
import { accountPath, signInPath } from '../frame/paths.ts'
import { addressIn, finishSignIn } from '../frame/sign-in-answer.ts'
import { viewOf } from '../frame/view.ts'
import { type SecondStepStart, showSecondStep } from '../second-step/routes.ts'
import { alertFor, isShownOnPage, needsHttpsAlert } from './alerts.ts'
import { type SignInPage, type SignInRules, signInPage } from './page.ts'
import { SignInForm, SignInQuery } from './schema.ts'

export interface SignInPagesOptions extends SecondStepStart {
  readonly login: Pick<LoginService, 'withPassword' | 'withUserSecret'>
  readonly rules: SignInRules
  /** How long a session lasts if the reader does not want to stay signed in. */
  readonly briefSessionSeconds: number
  /** True if the page asks for the identifier first, and then for the password. */
  readonly asksIdentifierFirst: boolean
}

/** What a request says of the page. The rest comes from the settings. */
type GivenPage = Omit<SignInPage, 'rules' | 'ownOrigin'>

const limit = { name: 'sign-in-page', quota: 300, windowSeconds: 300 }

export function signInRoutes(app: App, options: SignInPagesOptions): void {
  app.get(
    signInPath,
    {
      config: { access: 'optional', openToUnverified: true, openToImpersonators: true, limit },
      schema: { hide: true, querystring: SignInQuery },
    },
    async (request, reply) => {
      const returnTo = addressIn(request.query.return_to, options)
      if (optionalUser(request) !== null) return await reply.redirect(returnTo ?? accountPath, 303)
      const way = request.query.way === 'secret' ? 'secret' : 'password'
      const step = options.asksIdentifierFirst ? 'identifier' : 'both'
      return await show(request, reply, options, { way, returnTo, step })
    },
  )

  app.post(
    signInPath,
    {
      config: { access: 'public', limit: loginLimit, work: signInWork },
      schema: { hide: true, body: SignInForm },
    },
    async (request, reply) => await signIn(request, reply, request.body, options),
  )
}

async function signIn(
  request: FastifyRequest,
  reply: FastifyReply,
  form: SignInForm,
  options: SignInPagesOptions,
): Promise<FastifyReply> {
  const { identifier = '', password, user_secret, keep } = form
  const returnTo = addressIn(form.return_to, options)
  const page = {
    way: user_secret === undefined ? 'password' : 'secret',
    step: options.asksIdentifierFirst ? 'password' : 'both',
    returnTo,
    identifier,
    keep: keep === 'yes',
  } as const
  if (user_secret === undefined && password === undefined) return await show(request, reply, options, page)
  if (!keepsCookies(options.publicUrl())) return await refuseAddress(request, reply, options, page)
  try {
    refuseForeignCookies(request, 'cookie', options.publicUrl())
    const outcome = await outcomeOf(request, form, options)
    if (outcome.kind === 'signed_in') return await finishSignIn(reply, outcome, page)
    return await showSecondStep(request, reply, options, { ...outcome, ...page })
  } catch (error) {
    if (!isShownOnPage(error)) throw error
    return await refuse(request, reply, options, page, error)
  }
}

async function outcomeOf(
  request: FastifyRequest,
  { identifier = '', password = '', user_secret: userSecret, keep }: SignInForm,
  { login, briefSessionSeconds }: SignInPagesOptions,
): Promise<SignInOutcome> {
  const session = { mode: 'cookie', ...(keep !== 'yes' && { lifeSecondsMax: briefSessionSeconds }) } as const
  const context = contextOf(request)
  if (userSecret !== undefined) return await login.withUserSecret({ userSecret, ...session }, context)
  const identifiers = [{ kind: 'any', text: identifier }] as const
  return await login.withPassword({ identifiers, password, ...session }, context)
}

async function refuseAddress(
  request: FastifyRequest,
  reply: FastifyReply,
  options: SignInPagesOptions,
  page: GivenPage,
): Promise<FastifyReply> {
  const { language, appearance } = viewOf(request, options)
  const alert = needsHttpsAlert(language, appearance.serviceName)
  return await show(request, reply, options, { ...page, alert }, 403)
}

async function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  options: SignInPagesOptions,
  page: GivenPage,
  failure: Failure,
): Promise<FastifyReply> {
  noteRefusal(failure, reply)
  const { retryAfterSeconds: waitSeconds } = failure
  if (waitSeconds !== null) void reply.header('retry-after', waitSeconds)
  const alert = alertFor(failure, viewOf(request, options).language, page.way)
  const refused = { ...page, alert, ...(waitSeconds !== null && { waitSeconds }) }
  return await show(request, reply, options, refused, statusByKind[failure.problem.kind])
}

async function show(
  request: FastifyRequest,
  reply: FastifyReply,
  options: SignInPagesOptions,
  page: GivenPage,
  status = 200,
): Promise<FastifyReply> {
  const view = viewOf(request, options)
  return await sendPage(
    reply,
    signInPage(view, {
      ...page,
      ownOrigin: new URL(options.publicUrl()).origin,
      rules: options.rules,
    }),
    status,
  )
}
