import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { html } from '../../../platform/html/html.ts'
import type { App } from '../../../platform/http/app.ts'
import { noteRefusal } from '../../../platform/http/errors.ts'
import { statusByKind } from '../../../platform/http/problem.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { overloaded, rateLimited, validationFailed } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { GivenIdentifier } from '../../authentication/login/model.ts'
import { loginLimit, refuseForeignCookies } from '../../authentication/sign-in/answer.ts'
import { invalidCredentials, type SignInOutcome } from '../../authentication/sign-in/model.ts'
import { sendPage } from '../frame/hosted-pages.ts'
import { type Alert, alert, field, passwordField, submitButton, tooManyAlert } from '../frame/parts.ts'
import { signInPath } from '../frame/paths.ts'
import { finishSignIn } from '../frame/sign-in-answer.ts'
import { taskPage } from '../frame/task-page.ts'
import { type PageView, viewOf } from '../frame/view.ts'
import { type SecondStepStart, showSecondStep } from '../second-step/routes.ts'

export interface RestorePagesOptions extends SecondStepStart {
  readonly restoration: {
    restore(
      given: {
        readonly identifiers: readonly GivenIdentifier[]
        readonly password: string | undefined
        readonly userSecret: string | undefined
        readonly mode: 'cookie'
      },
      context: RequestContext,
    ): Promise<SignInOutcome>
  }
}

const restorePath = '/restore'
type Way = 'password' | 'secret'
const RestoreQuery = Type.Object({ way: Type.Optional(Type.String({ maxLength: 20 })) })
const RestoreForm = Type.Object(
  {
    identifier: Type.Optional(Type.String({ maxLength: 400 })),
    password: Type.Optional(Type.String({ maxLength: 4_096 })),
    user_secret: Type.Optional(Type.String({ maxLength: 200 })),
  },
  { additionalProperties: false },
)
type RestoreForm = Static<typeof RestoreForm>
const limit = { name: 'restore-page', quota: 300, windowSeconds: 300 }

/** Gives a deleted account back to its owner within the grace period, and signs in. */
export function restoreRoutes(app: App, options: RestorePagesOptions): void {
  app.get(
    restorePath,
    { config: { access: 'public', limit }, schema: { hide: true, querystring: RestoreQuery } },
    async (request, reply) => {
      const way = request.query.way === 'secret' ? 'secret' : 'password'
      return await sendPage(reply, restorePage(viewOf(request, options), { way }))
    },
  )

  app.post(
    restorePath,
    { config: { access: 'public', limit: loginLimit }, schema: { hide: true, body: RestoreForm } },
    async (request, reply) => await restore(request, reply, request.body, options),
  )
}

async function restore(
  request: FastifyRequest,
  reply: FastifyReply,
  { identifier, password, user_secret: userSecret }: RestoreForm,
  options: RestorePagesOptions,
): Promise<FastifyReply> {
  refuseForeignCookies(request, 'cookie', options.publicUrl())
  const way = userSecret === undefined ? 'password' : 'secret'
  const identifiers = identifier === undefined ? [] : [{ kind: 'any', text: identifier } as const]
  try {
    const given = { identifiers, password, userSecret, mode: 'cookie' } as const
    const outcome = await options.restoration.restore(given, contextOf(request))
    const next = { keep: false, returnTo: null }
    if (outcome.kind === 'signed_in') return await finishSignIn(reply, outcome, next)
    return await showSecondStep(request, reply, options, { ...outcome, ...next })
  } catch (error) {
    if (!isShownOnPage(error)) throw error
    noteRefusal(error, reply)
    const { problem, retryAfterSeconds } = error
    if (retryAfterSeconds !== null) void reply.header('retry-after', retryAfterSeconds)
    const view = viewOf(request, options)
    const page = {
      way,
      alert: alertFor(view, error),
      ...(identifier !== undefined && { identifier }),
    } as const
    return await sendPage(reply, restorePage(view, page), statusByKind[problem.kind])
  }
}

/** The failures that the page itself explains. */
function isShownOnPage(error: unknown): error is Failure {
  const shown = [invalidCredentials, rateLimited, overloaded, validationFailed]
  return error instanceof Failure && shown.includes(error.problem)
}

/** Has the same words for a stranger and for an account that cannot be restored (ASVS 6.3.8). */
function alertFor({ language }: PageView, failure: Failure): Alert {
  const say = language.sentences('restore')
  const { problem } = failure
  if (problem === rateLimited || problem === overloaded) return tooManyAlert(language, failure)
  const isUnreadable = problem === validationFailed
  const text = isUnreadable ? language.sentences('sign_in')('unreadable') : say('wrong_next')
  return { tone: 'bad', title: say('wrong'), text }
}

interface RestorePage {
  readonly way: Way
  readonly identifier?: string
  readonly alert?: Alert
}

function restorePage(view: PageView, page: RestorePage): string {
  const { language } = view
  const say = language.sentences('restore')
  const signIn = language.sentences('sign_in')
  const isBySecret = page.way === 'secret'
  return taskPage(view, {
    title: say('title'),
    hasError: page.alert !== undefined,
    body: html`<h1>${say('title')}</h1>
<p class="lead">${say('lead')}</p>
${page.alert && alert(page.alert)}
<form method="post" action="${restorePath}">
${isBySecret ? secretField(view) : nameFields(view, page)}${submitButton(language, say('button'))}
</form>
<p class="more"><a href="${isBySecret ? restorePath : `${restorePath}?way=secret`}">${signIn(isBySecret ? 'use_password' : 'use_secret')}</a></p>`,
    end: html`<a href="${signInPath}">${language.sentences('recover_code')('back')}</a>`,
  })
}

function nameFields({ language }: PageView, { identifier }: RestorePage) {
  return html`${field(language, {
    name: 'identifier',
    label: language.sentences('sign_in')('identifier'),
    ...(identifier !== undefined && { value: identifier }),
    attributes: html` type="text" maxlength="400" autocomplete="username" dir="auto" autocapitalize="none" spellcheck="false"`,
  })}${passwordField(language, {
    name: 'password',
    label: language.sentences('page')('password'),
    autocomplete: 'current-password',
  })}`
}

function secretField({ language }: PageView) {
  const say = language.sentences('sign_in')
  return passwordField(language, {
    name: 'user_secret',
    label: say('secret'),
    hint: say('secret_hint'),
    autocomplete: 'current-password',
  })
}
