import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../../../../platform/http/app.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { setSessionCookie } from '../../../../platform/http/session-cookie.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { Principal } from '../../../../platform/kernel/principal.ts'
import { forbidden } from '../../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import { returnAddress } from '../../../../platform/kernel/return-address.ts'
import type { GivenProof } from '../../../authentication/reauthentication/model.ts'
import { loginLimit } from '../../../authentication/sign-in/answer.ts'
import type { PasswordsService } from '../../../authenticators/passwords/service.ts'
import { readTotpCode } from '../../../authenticators/totp/model.ts'
import type { OwnFactorsService } from '../../../self-service/factors/service.ts'
import type { StartedSession } from '../../../session-management/sessions/model.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { assertionIn, optionalAssertionFields } from '../../frame/passkey-fields.ts'
import { confirmPath } from '../../frame/paths.ts'
import { answerForm, givenProof, proofFormFields } from '../forms.ts'
import { type AccountPagesOptions, readerOf } from '../reader.ts'
import { type ConfirmationPage, confirmationPage, confirmedPage } from './page.ts'

/** Gives the reader a fresh session in place of the one that they have. */
interface SessionReplacement {
  replace(caller: Principal, given: GivenProof, context: RequestContext): Promise<StartedSession>
}

export interface ConfirmationPagesOptions extends AccountPagesOptions {
  readonly passwords: Pick<PasswordsService, 'hasPassword'>
  readonly ownFactors: Pick<OwnFactorsService, 'list'>
  readonly sessionReplacement: SessionReplacement
  readonly briefSessionSeconds: number
}

const address = { return_to: Type.Optional(Type.String({ maxLength: 2_000 })) }
/** `needs=factor` is for acts that a password does not allow; `needs=proof` asks again, however recent the sign-in is. */
const needs = { needs: Type.Optional(Type.Enum(['factor', 'proof'])) }
const ConfirmationQuery = Type.Object({ ...address, ...needs })
const ConfirmationForm = Type.Object(
  {
    ...proofFormFields,
    ...address,
    ...needs,
    code: Type.Optional(Type.String({ maxLength: 100 })),
    ...optionalAssertionFields,
  },
  { additionalProperties: false },
)
type ConfirmationForm = Static<typeof ConfirmationForm>

/** An account that has confirmed nothing may change its contacts, and that needs a recent sign-in. */
const access = { access: 'session_code', openToUnverified: true } as const

export function confirmationPages(app: App, options: ConfirmationPagesOptions): void {
  app.get(
    confirmPath,
    { config: access, schema: { hide: true, querystring: ConfirmationQuery } },
    async (request, reply) => {
      const reader = readerOf(request, options)
      // No recent sign-in ever counts in the session of an application, and its owner would be led here again.
      if (reader.user.clientId !== null) throw new Failure(forbidden)
      const returnTo = addressIn(request.query.return_to, options)
      const needsFactor = request.query.needs === 'factor'
      if (reader.freshSecondsLeft > 0 && request.query.needs === undefined)
        return await sendPage(reply, confirmedPage(reader, returnTo))
      return await sendPage(reply, await pageFor(request, options, { returnTo, needsFactor, refusal: null }))
    },
  )
  app.post(
    confirmPath,
    { config: { ...access, limit: loginLimit }, schema: { hide: true, body: ConfirmationForm } },
    async (request, reply) => await confirm(request, reply, request.body, options),
  )
}

async function confirm(
  request: FastifyRequest,
  reply: FastifyReply,
  form: ConfirmationForm,
  options: ConfirmationPagesOptions,
): Promise<FastifyReply> {
  const reader = readerOf(request, options)
  const { user } = reader
  const returnTo = addressIn(form.return_to, options)
  return await answerForm(reply, reader, {
    work: async () => {
      const session = await options.sessionReplacement.replace(user, proofIn(form), contextOf(request))
      setCookie(reply, session, isKept(user, options))
      return await reply.redirect(returnTo ?? confirmPath, 303)
    },
    again: (refusal) =>
      pageFor(request, options, { returnTo, needsFactor: form.needs === 'factor', refusal }),
  })
}

function proofIn(form: ConfirmationForm): GivenProof {
  const { code } = form
  const response = assertionIn(form)
  if (response !== null) return { factor: { kind: 'passkey', response } }
  if (code === undefined || code === '') return givenProof(form)
  const kind = readTotpCode(code) === null ? 'recovery_code' : 'totp'
  return { factor: { kind, code } }
}

function setCookie(reply: FastifyReply, session: StartedSession, isKept: boolean): void {
  const { code, expiresAt, authentication } = session
  if (code === null) throw new Error('a session with a cookie has no session code')
  setSessionCookie(reply, code, isKept ? { startsAt: authentication.authenticatedAt, expiresAt } : null)
}

/** The new cookie outlives the browser only if the former one did. */
function isKept(
  { authentication, sessionEndsAt }: Principal,
  { briefSessionSeconds }: ConfirmationPagesOptions,
): boolean {
  const lifeMs = sessionEndsAt.getTime() - authentication.authenticatedAt.getTime()
  return lifeMs > briefSessionSeconds * 1_000
}

async function pageFor(
  request: FastifyRequest,
  options: ConfirmationPagesOptions,
  page: Pick<ConfirmationPage, 'returnTo' | 'needsFactor' | 'refusal'>,
): Promise<string> {
  const reader = readerOf(request, options)
  const { accountId } = reader.user
  const hasPassword = await options.passwords.hasPassword(accountId)
  const { factors } = await options.ownFactors.list(accountId)
  const hasFactor = factors.length > 0
  const hasPasskey = factors.some(({ kind }) => kind === 'passkey')
  const freshMinutes = Math.max(1, Math.floor(options.freshSessionSeconds / 60))
  return confirmationPage(reader, { ...page, hasPassword, hasFactor, hasPasskey, freshMinutes })
}

function addressIn(given: string | undefined, options: ConfirmationPagesOptions): string | null {
  if (given === undefined) return null
  const rules = { publicUrl: options.publicUrl(), returnOrigins: options.returnOrigins }
  return returnAddress(given, rules)
}
