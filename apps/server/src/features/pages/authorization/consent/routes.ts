import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../../../../platform/http/app.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { clearSessionCookie } from '../../../../platform/http/session-cookie.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import type { Principal } from '../../../../platform/kernel/principal.ts'
import type { Client } from '../../../authorization/clients/model.ts'
import { asked } from '../../../openid/applications/model.ts'
import type { Applications } from '../../../openid/applications/service.ts'
import type { Decision, PendingRequest } from '../../../openid/engine/model.ts'
import { consentPath } from '../../../openid/model.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { confirmPath, signInPath } from '../../frame/paths.ts'
import type { SignOut } from '../../frame/sign-out.ts'
import { viewOf } from '../../frame/view.ts'
import { type Asked, chooserPage, consentPage, goingPage, gonePage } from '../page.ts'
import { type AuthorizationPagesOptions, signedIn } from '../routes.ts'

export interface ConsentPagesOptions extends AuthorizationPagesOptions {
  readonly applications: Pick<Applications, 'agree' | 'find'>
  readonly logout: SignOut
  /** True if the person has a second factor with which to prove more. */
  readonly hasFactor: (accountId: AccountId) => Promise<boolean>
}

const ConsentQuery = Type.Object({ request: Type.String({ maxLength: 100 }) })
const ConsentForm = Type.Object(
  { request: Type.String({ maxLength: 100 }), answer: Type.Enum(['allow', 'deny', 'choose', 'switch']) },
  { additionalProperties: false },
)
type ConsentForm = Static<typeof ConsentForm>

const limit = { name: 'consent-page', quota: 600, windowSeconds: 300 }
const config = { access: 'optional', limit } as const

/** A request of an application that waits for a person who is signed in. */
interface Waiting {
  readonly pending: PendingRequest
  readonly client: Client
  readonly user: Principal
}

/** Lets a person sign in, choose their account, and decide about an application. */
export function consentPages(app: App, options: ConsentPagesOptions): void {
  app.get(
    consentPath,
    { config, schema: { hide: true, querystring: ConsentQuery } },
    async (request, reply) =>
      withWaiting(request, reply, { ...options, id: request.query.request }, (waiting) =>
        ask(request, reply, waiting, options),
      ),
  )
  app.post(consentPath, { config, schema: { hide: true, body: ConsentForm } }, async (request, reply) =>
    withWaiting(request, reply, { ...options, id: request.body.request }, (waiting) =>
      answer(request, reply, { ...waiting, given: request.body.answer }, options),
    ),
  )
}

/** Finds the request that waits for whoever is signed in. If there is none, it answers itself. */
async function withWaiting(
  request: FastifyRequest,
  reply: FastifyReply,
  { id, ...options }: ConsentPagesOptions & { readonly id: string },
  then: (waiting: Waiting) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  const pending = await options.openIdEngine.pending(id)
  const client = pending === null ? null : await options.applications.find(pending.clientId)
  if (pending === null || client === null) return await gone(request, reply, options)
  const user = signedIn(request)
  if (user === null) return await reply.redirect(signInAddress(id), 303)
  if (isOfAnother(pending, user)) return await gone(request, reply, options)
  return await then({ pending, client, user })
}

async function gone(
  request: FastifyRequest,
  reply: FastifyReply,
  options: ConsentPagesOptions,
): Promise<FastifyReply> {
  return await sendPage(reply, gonePage(viewOf(request, options)), 404)
}

async function ask(
  request: FastifyRequest,
  reply: FastifyReply,
  waiting: Waiting,
  options: ConsentPagesOptions,
): Promise<FastifyReply> {
  const view = viewOf(request, options)
  const { pending, client } = waiting
  const shown = shownOf(waiting)
  switch (pending.prompt) {
    case 'login':
      return await askAgain(request, reply, waiting, options)
    case 'select_account':
      return await sendPage(reply, chooserPage(view, { ...shown, mayContinue: true }))
    default:
      return await sendPage(reply, consentPage(view, shown, asked(client, pending.scope)))
  }
}

/** The person is signed in, but perhaps too long ago, or not as strongly as the application asks. */
async function askAgain(
  request: FastifyRequest,
  reply: FastifyReply,
  waiting: Waiting,
  options: ConsentPagesOptions,
): Promise<FastifyReply> {
  const { pending, user } = waiting
  // The application has named another person.
  if (pending.reasons.some((reason) => otherPerson.includes(reason)))
    return await sendPage(
      reply,
      chooserPage(viewOf(request, options), { ...shownOf(waiting), mayContinue: false }),
    )
  const isRecent = user.authentication.authenticatedAt >= pending.startedAt
  const needsProof = pending.reasons.some((reason) => againReasons.includes(reason))
  const needsFactor = pending.reasons.includes('acr_values') && (await options.hasFactor(user.accountId))
  if (isRecent || !(needsProof || needsFactor))
    return await goOn(request, reply, waiting, 'signed_in', options)
  return await reply.redirect(confirmAddress(pending.id, needsFactor ? 'factor' : 'proof'), 303)
}

/** The names of the checks of the library. */
const againReasons = ['login_prompt', 'max_age']
const otherPerson = ['id_token_hint', 'claims_id_token_sub_value']

function shownOf({ pending, client, user }: Waiting): Asked {
  return { requestId: pending.id, client, account: user.account }
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { given, ...waiting }: Waiting & { readonly given: ConsentForm['answer'] },
  options: ConsentPagesOptions,
): Promise<FastifyReply> {
  const { applications, logout, openIdEngine } = options
  const { pending, client, user } = waiting
  // A page that asks for one thing must not stand for another: a choice of the account proves nothing (A113).
  if (!answersOf(pending).includes(given)) return await gone(request, reply, options)
  if (given === 'switch') {
    await openIdEngine.release(pending.id)
    await logout.logout({ current: user, refreshToken: null }, contextOf(request))
    clearSessionCookie(reply)
    return await reply.redirect(signInAddress(pending.id), 303)
  }
  if (given === 'allow')
    await applications.agree(user.accountId, client, { scope: pending.scope, context: contextOf(request) })
  return await goOn(request, reply, waiting, decisions[given], options)
}

/** A link must not make a person answer what another person was asked (A111). */
function isOfAnother({ prompt, sessionId }: PendingRequest, user: Principal): boolean {
  return prompt !== 'login' && sessionId !== null && sessionId !== user.sessionId
}

/** What can be answered where the request stands. */
function answersOf({ prompt }: PendingRequest): readonly ConsentForm['answer'][] {
  switch (prompt) {
    case 'consent':
      return ['allow', 'deny', 'switch']
    case 'select_account':
      return ['choose', 'switch']
    default:
      return ['switch']
  }
}

const decisions = { allow: 'allowed', deny: 'denied', choose: 'chosen' } as const

async function goOn(
  request: FastifyRequest,
  reply: FastifyReply,
  { pending, client, user }: Waiting,
  decision: Decision,
  options: ConsentPagesOptions,
): Promise<FastifyReply> {
  const address = await options.openIdEngine.decide(pending.id, decision, user)
  if (address === null) return await gone(request, reply, options)
  return await sendPage(reply, goingPage(viewOf(request, options), address, client.name))
}

function signInAddress(id: string): string {
  return `${signInPath}?${new URLSearchParams({ return_to: requestAddress(id) }).toString()}`
}

function confirmAddress(id: string, needs: 'factor' | 'proof'): string {
  return `${confirmPath}?${new URLSearchParams({ return_to: requestAddress(id), needs }).toString()}`
}

function requestAddress(id: string): string {
  return `${consentPath}?${new URLSearchParams({ request: id }).toString()}`
}
