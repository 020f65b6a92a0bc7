import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../../../../platform/http/app.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import type { Account } from '../../../../platform/kernel/account.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import type { Principal } from '../../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import {
  confirmLimit as verificationConfirmLimit,
  requestLimit as verificationLimit,
} from '../../../authentication/verification/limits/answer.ts'
import type { VerificationService } from '../../../authentication/verification/service.ts'
import { contactConfirmLimit } from '../../../self-service/contacts/answer.ts'
import type { ContactKind } from '../../../users/accounts/contacts/model.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { contactsPath } from '../../frame/paths.ts'
import { afterwards, DoneQuery, doneAlert } from '../done.ts'
import { answerForm } from '../forms.ts'
import { type AccountPagesOptions, type Reader, readerOf } from '../reader.ts'
import { type ContactChangePagesOptions, contactChangePages } from './change/routes.ts'
import { type ContactPane, contactPanes, type PendingContact, type RecentChange } from './model.ts'
import { type ContactsPage, contactsPage } from './page.ts'

/** As `POST /v1/me/email/confirm`. */
interface Confirmations {
  confirm(
    caller: Principal,
    typed: { readonly kind: ContactKind; readonly code: string },
    context: RequestContext,
  ): Promise<Account>
}

/** The changes that wait for their code. */
interface PendingChanges {
  list(accountId: AccountId): Promise<readonly PendingContact[]>
  cancel(caller: Principal, kind: ContactKind, context: RequestContext): Promise<void>
}

interface RecentChanges {
  list(accountId: AccountId): Promise<readonly RecentChange[]>
}

export interface ContactsPagesOptions extends AccountPagesOptions, ContactChangePagesOptions {
  readonly contactChangeConfirmations: Confirmations
  readonly pendingContactChanges: PendingChanges
  readonly recentContactChanges: RecentChanges
  readonly verification: Pick<VerificationService, 'request' | 'confirm'>
}

const ContactsQuery = Type.Object({
  ...DoneQuery.properties,
  verify: Type.Optional(Type.String({ maxLength: 20 })),
})
const CodeForm = Type.Object({ code: Type.String({ maxLength: 64 }) }, { additionalProperties: false })
type CodeForm = Static<typeof CodeForm>

/** As in the API: an account that has confirmed nothing must be able to correct its only address. */
const access = { access: 'user', openToUnverified: true } as const

export function contactsPages(app: App, options: ContactsPagesOptions): void {
  app.get(
    contactsPath,
    { config: { ...access, openToImpersonators: true }, schema: { hide: true, querystring: ContactsQuery } },
    async (request, reply) => {
      const reader = readerOf(request, options)
      const verifying = contactPanes.find(({ name }) => name === request.query.verify) ?? null
      const alert = doneAlert(request.query.done, reader.view.language)
      return await sendPage(reply, await pageFor(reader, options, { verifying, alert }))
    },
  )
  contactChangePages(app, options)
  for (const pane of contactPanes) {
    pendingRoutes(app, options, pane)
    verificationRoutes(app, options, pane)
  }
}

function pendingRoutes(app: App, options: ContactsPagesOptions, pane: ContactPane): void {
  const path = `${contactsPath}/${pane.name}`
  app.post(
    `${path}/confirm`,
    { config: { ...access, limit: contactConfirmLimit }, schema: { hide: true, body: CodeForm } },
    async (request, reply) => await confirmChange(request, reply, { options, pane, form: request.body }),
  )
  app.post(
    `${path}/keep`,
    { config: { ...access, limit: contactConfirmLimit }, schema: { hide: true } },
    async (request, reply) => {
      const { user } = readerOf(request, options)
      await options.pendingContactChanges.cancel(user, pane.kind, contextOf(request))
      return await reply.redirect(afterwards(contactsPath, 'contact_kept'), 303)
    },
  )
}

function verificationRoutes(app: App, options: ContactsPagesOptions, pane: ContactPane): void {
  const path = `${contactsPath}/${pane.name}/verification`
  app.post(
    path,
    { config: { ...access, limit: verificationLimit }, schema: { hide: true } },
    async (request, reply) => await sendCode(request, reply, { options, pane }),
  )
  app.post(
    `${path}/confirm`,
    { config: { ...access, limit: verificationConfirmLimit }, schema: { hide: true, body: CodeForm } },
    async (request, reply) => await verify(request, reply, { options, pane, form: request.body }),
  )
}

interface Asked {
  readonly options: ContactsPagesOptions
  readonly pane: ContactPane
}

async function confirmChange(
  request: FastifyRequest,
  reply: FastifyReply,
  { options, pane, form }: Asked & { readonly form: CodeForm },
): Promise<FastifyReply> {
  const reader = readerOf(request, options)
  return await answerForm(reply, reader, {
    work: async () => {
      const typed = { kind: pane.kind, code: form.code }
      await options.contactChangeConfirmations.confirm(reader.user, typed, contextOf(request))
      return await reply.redirect(afterwards(contactsPath, 'contact_changed'), 303)
    },
    again: (refusal) => pageFor(reader, options, { refused: { form: `${pane.name}-change`, refusal } }),
  })
}

async function sendCode(
  request: FastifyRequest,
  reply: FastifyReply,
  { options, pane }: Asked,
): Promise<FastifyReply> {
  const reader = readerOf(request, options)
  return await answerForm(reply, reader, {
    work: async () => {
      await options.verification.request(reader.user, pane.kind, contextOf(request))
      return await reply.redirect(`${contactsPath}?verify=${pane.name}`, 303)
    },
    again: (refusal) =>
      pageFor(reader, options, { verifying: pane, refused: { form: `${pane.name}-verification`, refusal } }),
  })
}

async function verify(
  request: FastifyRequest,
  reply: FastifyReply,
  { options, pane, form }: Asked & { readonly form: CodeForm },
): Promise<FastifyReply> {
  const reader = readerOf(request, options)
  return await answerForm(reply, reader, {
    work: async () => {
      const typed = { kind: pane.kind, code: form.code }
      await options.verification.confirm(reader.user, typed, contextOf(request))
      return await reply.redirect(afterwards(contactsPath, 'contact_verified'), 303)
    },
    again: (refusal) =>
      pageFor(reader, options, { verifying: pane, refused: { form: `${pane.name}-verification`, refusal } }),
  })
}

async function pageFor(
  reader: Reader,
  options: ContactsPagesOptions,
  page: Partial<Pick<ContactsPage, 'verifying' | 'alert' | 'refused'>>,
): Promise<string> {
  const isViewed = reader.viewing !== null
  const pending = isViewed ? [] : await options.pendingContactChanges.list(reader.user.accountId)
  // What was changed may be shown only to an owner who has confirmed a contact: the trail has the former ones.
  const recent =
    reader.mustVerify || isViewed ? [] : await options.recentContactChanges.list(reader.user.accountId)
  return contactsPage(reader, { pending, recent, verifying: null, alert: null, refused: null, ...page })
}
