import type { FastifyReply, FastifyRequest } from 'fastify'
import { optionalUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { noteRefusal } from '../../../platform/http/errors.ts'
import { statusByKind } from '../../../platform/http/problem.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { overloaded, rateLimited } from '../../../platform/kernel/problems.ts'
import { registerLimit } from '../../authentication/registration/answer.ts'
import type {
  Registered,
  RegistrationInput,
  RegistrationSource,
} from '../../authentication/registration/model.ts'
import { refuseForeignCookies } from '../../authentication/sign-in/answer.ts'
import { signUpWork } from '../../safeguards/proof-of-work/answer.ts'
import { wantedLanguages } from '../frame/choices.ts'
import { type FieldErrors, fieldErrorAlert, fieldErrors } from '../frame/field-errors.ts'
import { sendPage } from '../frame/hosted-pages.ts'
import { tooManyAlert } from '../frame/parts.ts'
import { accountPath, signInPath, signUpPath } from '../frame/paths.ts'
import { secretPage } from '../frame/secret-page.ts'
import { type PageView, viewOf } from '../frame/view.ts'
import { verifyCodePath } from '../verify/code-page.ts'
import { type ConfirmOptions, confirmRegistrationRoutes, pendingPage } from './confirm/routes.ts'
import { closedPage, type SignUpPage, type SignUpRules, signUpPage } from './page.ts'
import { type FieldName, SignUpForm, SignUpQuery } from './schema.ts'
import { addressIn, signInAs } from './sign-in.ts'

export interface SignUpPagesOptions extends ConfirmOptions {
  readonly registration: {
    register(input: RegistrationInput, source: RegistrationSource): Promise<Registered | null>
  }
  readonly rules: SignUpRules
  readonly isOpen: boolean
  /** True if an account may do nothing until it has confirmed a contact. */
  readonly mustVerify: boolean
}

type GivenPage = Pick<SignUpPage, 'errors' | 'returnTo' | 'typed' | 'alert'>

const limit = { name: 'sign-up-page', quota: 300, windowSeconds: 300 }

export function signUpRoutes(app: App, options: SignUpPagesOptions): void {
  app.get(
    signUpPath,
    {
      config: { access: 'optional', openToUnverified: true, openToImpersonators: true, limit },
      schema: { hide: true, querystring: SignUpQuery },
    },
    async (request, reply) => {
      const returnTo = addressIn(request.query.return_to, options)
      if (optionalUser(request) !== null) return await reply.redirect(returnTo ?? accountPath, 303)
      const view = viewOf(request, options)
      if (!options.isOpen) return await sendPage(reply, closedPage(view), 403)
      return await show(reply, view, options, { errors: {}, returnTo, typed: {} })
    },
  )

  app.post(
    signUpPath,
    {
      config: { access: 'public', limit: registerLimit, work: signUpWork },
      schema: { hide: true, body: SignUpForm },
    },
    async (request, reply) => await signUp(request, reply, request.body, options),
  )

  confirmRegistrationRoutes(app, options)
}

async function signUp(
  request: FastifyRequest,
  reply: FastifyReply,
  form: SignUpForm,
  options: SignUpPagesOptions,
): Promise<FastifyReply> {
  refuseForeignCookies(request, 'cookie', options.publicUrl())
  const view = viewOf(request, options)
  if (!options.isOpen) return await sendPage(reply, closedPage(view), 403)
  const { password: _, return_to, ...typed } = form
  const page = { errors: {}, returnTo: addressIn(return_to, options), typed }
  const missing = missingFields(view, form, options.rules)
  if (Object.keys(missing).length > 0)
    return await refuseFields(reply, view, options, { ...page, errors: missing }, 422)
  try {
    const languages = wantedLanguages(request).filter((tag) => tag !== null)
    const source = { context: contextOf(request), idempotencyKey: null, languages }
    const registered = await options.registration.register(inputOf(form), source)
    return await leadOn(request, reply, form, options, registered)
  } catch (error) {
    if (!isShownOnPage(error)) throw error
    return await refuse(reply, view, options, page, error)
  }
}

/** The required fields that are empty, and the terms. */
function missingFields(view: PageView, form: SignUpForm, rules: SignUpRules): FieldErrors {
  const { appearance, language } = view
  const required = rules.fields.filter((name) => !rules.optional.includes(name))
  const say = language.sentences('field_error')
  const errors = required.filter((name) => !form[name]).map((name) => [name, say('required')] as const)
  const isAgreed = appearance.termsUrl === null || form.terms === 'yes'
  const terms = isAgreed ? {} : { terms: language.sentences('sign_up')('terms_needed') }
  return { ...Object.fromEntries(errors), ...terms }
}

/** A browser sends the fields that a person leaves empty. */
function inputOf(form: SignUpForm): RegistrationInput {
  const names = {
    username: 'username',
    email: 'email',
    phone_number: 'phoneNumber',
    full_name: 'fullName',
    password: 'password',
  } as const
  const given = (Object.keys(names) as FieldName[]).flatMap((name) => {
    const value = form[name]
    return value ? [[names[name], value] as const] : []
  })
  return Object.fromEntries<string>(given)
}

/** After the registration: with the session of the new account, or to the page for the code. */
async function leadOn(
  request: FastifyRequest,
  reply: FastifyReply,
  { email, phone_number, username, password, return_to }: SignUpForm,
  options: SignUpPagesOptions,
  registered: Registered | null,
): Promise<FastifyReply> {
  const view = viewOf(request, options)
  const returnTo = addressIn(return_to, options)
  const address = email || phone_number
  // Only a message to the address says what happened (I4). A username alone has none, and its account can sign in.
  if (registered === null && address)
    return await sendPage(reply, pendingPage(view, { identifier: address, returnTo }))
  const secret = registered?.userSecret ?? null
  const isSignedIn = await signInAs(request, reply, options, {
    identifier: registered?.account.username ?? address ?? username ?? '',
    password,
    userSecret: secret,
  })
  const next = isSignedIn ? addressAfter(options, returnTo) : signInPath
  if (secret !== null)
    return await sendPage(reply, secretPage(view, { userSecret: secret, nextAddress: next }))
  return await reply.redirect(next, 303)
}

function addressAfter({ mustVerify }: SignUpPagesOptions, returnTo: string | null): string {
  if (!mustVerify) return returnTo ?? accountPath
  const query = returnTo === null ? '' : `?return_to=${encodeURIComponent(returnTo)}`
  return `${verifyCodePath}${query}`
}

/** The failures that the page itself explains. */
function isShownOnPage(error: unknown): error is Failure {
  if (!(error instanceof Failure)) return false
  const { problem } = error
  return ['invalid', 'conflict'].includes(problem.kind) || [rateLimited, overloaded].includes(problem)
}

async function refuse(
  reply: FastifyReply,
  view: PageView,
  options: SignUpPagesOptions,
  page: GivenPage,
  failure: Failure,
): Promise<FastifyReply> {
  noteRefusal(failure, reply)
  const { problem, retryAfterSeconds } = failure
  const status = statusByKind[problem.kind]
  if (retryAfterSeconds !== null) void reply.header('retry-after', retryAfterSeconds)
  if (problem === rateLimited || problem === overloaded)
    return await show(reply, view, options, { ...page, alert: tooManyAlert(view.language, failure) }, status)
  const errors = fieldErrors(view.language, failure, options.rules)
  return await refuseFields(reply, view, options, { ...page, errors }, status)
}

async function refuseFields(
  reply: FastifyReply,
  view: PageView,
  options: SignUpPagesOptions,
  page: GivenPage,
  status: number,
): Promise<FastifyReply> {
  const alert = fieldErrorAlert(view.language, page.errors)
  return await show(reply, view, options, { ...page, alert }, status)
}

async function show(
  reply: FastifyReply,
  view: PageView,
  { publicUrl, rules }: SignUpPagesOptions,
  page: GivenPage,
  status = 200,
): Promise<FastifyReply> {
  const ownOrigin = new URL(publicUrl()).origin
  return await sendPage(reply, signUpPage(view, { ...page, ownOrigin, rules }), status)
}
