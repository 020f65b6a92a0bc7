import type { FastifyReply, FastifyRequest } from 'fastify'
import { html } from '../../../../platform/html/html.ts'
import type { App } from '../../../../platform/http/app.ts'
import { noteRefusal } from '../../../../platform/http/errors.ts'
import { statusByKind } from '../../../../platform/http/problem.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { overloaded, rateLimited } from '../../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import { confirmLimit } from '../../../authentication/registration/answer.ts'
import { refuseForeignCookies } from '../../../authentication/sign-in/answer.ts'
import { codeInvalid } from '../../../authenticators/codes/model.ts'
import { codeAlert, codeInput } from '../../frame/code-form.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { isUnusable } from '../../frame/links.ts'
import {
  type Alert,
  alert,
  passwordField,
  returnField,
  submitButton,
  tooManyAlert,
} from '../../frame/parts.ts'
import { accountPath, signInPath, signUpPath } from '../../frame/paths.ts'
import { taskPage } from '../../frame/task-page.ts'
import { type PageView, viewOf } from '../../frame/view.ts'
import { ConfirmForm } from '../schema.ts'
import { addressIn, type SignInAfterOptions, signInAs } from '../sign-in.ts'

export interface ConfirmOptions extends SignInAfterOptions {
  readonly confirmation: {
    withCode(
      given: { readonly identifier: string; readonly code: string; readonly password: string },
      context: RequestContext,
    ): Promise<void>
  }
}

/** The address to which the form is sent. */
const confirmPath = '/sign-up/confirm'

/**
 * Confirms a registration with strict privacy. The page is the same whether or not the address had an account: only the
 * message says so (I4, A06).
 */
export function confirmRegistrationRoutes(app: App, options: ConfirmOptions): void {
  app.get(confirmPath, { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) =>
    reply.redirect(signUpPath, 303),
  )

  app.post(
    confirmPath,
    { config: { access: 'public', limit: confirmLimit }, schema: { hide: true, body: ConfirmForm } },
    async (request, reply) => await confirm(request, reply, request.body, options),
  )
}

async function confirm(
  request: FastifyRequest,
  reply: FastifyReply,
  { return_to, ...given }: ConfirmForm,
  options: ConfirmOptions,
): Promise<FastifyReply> {
  refuseForeignCookies(request, 'cookie', options.publicUrl())
  const returnTo = addressIn(return_to, options)
  try {
    await options.confirmation.withCode(given, contextOf(request))
    const isSignedIn = await signInAs(request, reply, options, { ...given, userSecret: null })
    return await reply.redirect(isSignedIn ? (returnTo ?? accountPath) : signInPath, 303)
  } catch (error) {
    if (!isShownOnPage(error)) throw error
    noteRefusal(error, reply)
    const { problem, retryAfterSeconds } = error
    if (retryAfterSeconds !== null) void reply.header('retry-after', retryAfterSeconds)
    const view = viewOf(request, options)
    const page = { identifier: given.identifier, returnTo, alert: alertFor(view, error) }
    return await sendPage(reply, pendingPage(view, page), statusByKind[problem.kind])
  }
}

function isShownOnPage(error: unknown): error is Failure {
  if (isUnusable(error)) return true
  return error instanceof Failure && [rateLimited, overloaded].includes(error.problem)
}

/** A wrong code and a wrong password have the same words. */
function alertFor({ language }: PageView, failure: Failure): Alert {
  if (!isUnusable(failure)) return tooManyAlert(language, failure)
  const given = codeAlert(language, failure)
  const text = language.sentences('sign_up')('confirm_wrong_next')
  return failure.problem === codeInvalid ? { ...given, text } : given
}

export interface PendingPage {
  readonly identifier: string
  readonly returnTo: string | null
  readonly alert?: Alert
}

/** Asks for the code of the message, and for the password, which only the person who registered knows (A08). */
export function pendingPage(view: PageView, { identifier, returnTo, alert: shown }: PendingPage): string {
  const { language } = view
  const verify = language.sentences('verify')
  const title = verify(identifier.includes('@') ? 'email_title' : 'phone_title')
  const isWrong = shown?.tone === 'bad'
  const address = html`<b class="ltr">${identifier}</b>`
  const label = language.sentences('sign_up')('confirm_password')
  return taskPage(view, {
    title,
    hasError: isWrong,
    script: 'code.js',
    body: html`<h1>${title}</h1>
<p class="lead">${language.markup('sign_up')('confirm_next', { address })}</p>
${shown && html`${alert(shown)}\n`}<form method="post" action="${confirmPath}">
<input type="hidden" name="identifier" value="${identifier}">
${returnField(returnTo)}${codeInput(language, { isWrong })}${passwordField(language, {
  name: 'password',
  label,
  autocomplete: 'current-password',
})}${submitButton(language, verify('button'))}
</form>`,
    end: html`<a href="${signUpPath}">${language.sentences('code')('wrong_address')}</a>`,
  })
}
