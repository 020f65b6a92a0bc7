import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { currentUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { noteRefusal } from '../../../platform/http/errors.ts'
import { statusByKind } from '../../../platform/http/problem.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { rateLimited, validationFailed } from '../../../platform/kernel/problems.ts'
import { returnAddress } from '../../../platform/kernel/return-address.ts'
import { confirmLimit, requestLimit } from '../../authentication/verification/limits/answer.ts'
import type { VerificationService } from '../../authentication/verification/service.ts'
import { resendSeconds, typedCodeUnitsMax } from '../../authenticators/codes/model.ts'
import { codeAlert, sentAgainAlert, tooSoonAlert } from '../frame/code-form.ts'
import { type HostedPagesOptions, sendPage } from '../frame/hosted-pages.ts'
import { isUnusable } from '../frame/links.ts'
import { tooManyAlert } from '../frame/parts.ts'
import { accountPath } from '../frame/paths.ts'
import { viewOf } from '../frame/view.ts'
import { type Channel, codePage, nothingPage, sendPath, verifyCodePath } from './code-page.ts'

export interface VerifyCodeOptions extends HostedPagesOptions {
  readonly verification: Pick<VerificationService, 'confirm' | 'request'>
}

const channel = Type.Enum(['email', 'phone_number'])
const return_to = Type.Optional(Type.String({ maxLength: 2_000 }))
const CodeQuery = Type.Object({
  channel: Type.Optional(channel),
  sent: Type.Optional(Type.Literal('again')),
  return_to,
})
const SendForm = Type.Object({ channel, return_to }, { additionalProperties: false })
const CodeForm = Type.Object(
  { channel, code: Type.String({ maxLength: typedCodeUnitsMax }), return_to },
  { additionalProperties: false },
)
type CodeForm = Static<typeof CodeForm>

/** Confirms the contact of someone who is signed in, with the code of a message. */
export function verifyCodeRoutes(app: App, options: VerifyCodeOptions): void {
  const access = { access: 'user', openToUnverified: true } as const

  app.get(
    verifyCodePath,
    { config: access, schema: { hide: true, querystring: CodeQuery } },
    async (request, reply) => {
      const { channel: wanted, sent, return_to: given } = request.query
      const view = viewOf(request, options)
      const { account } = currentUser(request)
      const contact = contactOf(account, wanted)
      if (contact === null) return await sendPage(reply, nothingPage(view))
      const alert = sent === 'again' ? sentAgainAlert(view.language) : undefined
      const page = { ...contact, returnTo: addressIn(given, options), waitSeconds: alert ? resendSeconds : 0 }
      return await sendPage(reply, codePage(view, { ...page, ...(alert && { alert }) }))
    },
  )

  app.post(
    verifyCodePath,
    { config: { ...access, limit: confirmLimit }, schema: { hide: true, body: CodeForm } },
    async (request, reply) =>
      await orExplained(request, reply, request.body, options, async () => {
        const { channel: kind, code, return_to: given } = request.body
        await options.verification.confirm(currentUser(request), { kind, code }, contextOf(request))
        return await reply.redirect(addressIn(given, options) ?? accountPath, 303)
      }),
  )

  app.post(
    sendPath,
    { config: { ...access, limit: requestLimit }, schema: { hide: true, body: SendForm } },
    async (request, reply) =>
      await orExplained(request, reply, request.body, options, async () => {
        const { channel: kind, return_to: given } = request.body
        await options.verification.request(currentUser(request), kind, contextOf(request))
        const query = new URLSearchParams({
          channel: kind,
          sent: 'again',
          ...(given && { return_to: given }),
        })
        return await reply.redirect(`${verifyCodePath}?${query.toString()}`, 303)
      }),
  )
}

/** Answers what the reader can correct with the same page. */
async function orExplained(
  request: FastifyRequest,
  reply: FastifyReply,
  form: Omit<CodeForm, 'code'> & { readonly code?: string },
  options: VerifyCodeOptions,
  answer: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await answer()
  } catch (error) {
    const view = viewOf(request, options)
    const contact = contactOf(currentUser(request).account, form.channel)
    if (!isExplained(error)) throw error
    noteRefusal(error, reply)
    // It was confirmed in another window, for example.
    if (contact === null || error.problem === validationFailed)
      return await sendPage(reply, nothingPage(view), 422)
    const { problem, retryAfterSeconds } = error
    if (retryAfterSeconds !== null) void reply.header('retry-after', retryAfterSeconds)
    const limited = form.code === undefined ? tooSoonAlert : tooManyAlert
    const alert = (problem === rateLimited ? limited : codeAlert)(view.language, error)
    const waitSeconds = form.code === undefined ? (retryAfterSeconds ?? 0) : 0
    const page = { ...contact, returnTo: addressIn(form.return_to, options), waitSeconds, alert }
    return await sendPage(reply, codePage(view, page), statusByKind[problem.kind])
  }
}

function isExplained(error: unknown): error is Failure {
  if (isUnusable(error)) return true
  return error instanceof Failure && [rateLimited, validationFailed].includes(error.problem)
}

/** The contact that is to be confirmed: the wanted one, or else the first that is not confirmed yet. */
function contactOf(
  { email, emailVerifiedAt, phoneNumber, phoneNumberVerifiedAt }: Account,
  wanted: Channel | undefined,
): { readonly channel: Channel; readonly address: string } | null {
  const contacts = [
    { channel: 'email', address: email, verifiedAt: emailVerifiedAt },
    { channel: 'phone_number', address: phoneNumber, verifiedAt: phoneNumberVerifiedAt },
  ] as const
  for (const { channel: each, address, verifiedAt } of contacts) {
    const isWanted = wanted === undefined || wanted === each
    if (isWanted && address !== null && verifiedAt === null) return { channel: each, address }
  }
  return null
}

function addressIn(given: string | undefined, options: VerifyCodeOptions): string | null {
  if (given === undefined) return null
  return returnAddress(given, { publicUrl: options.publicUrl(), returnOrigins: options.returnOrigins })
}
