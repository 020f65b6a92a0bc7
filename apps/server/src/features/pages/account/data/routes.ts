import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../../../../platform/http/app.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { clearSessionCookie } from '../../../../platform/http/session-cookie.ts'
import type { Account } from '../../../../platform/kernel/account.ts'
import { dayMs } from '../../../../platform/kernel/durations.ts'
import { invalidFields } from '../../../../platform/kernel/problems.ts'
import { loginLimit } from '../../../authentication/sign-in/answer.ts'
import type { PasswordsService } from '../../../authenticators/passwords/service.ts'
import type { DeletionsService } from '../../../self-service/deletions/service.ts'
import { exportLimit, sendExport } from '../../../self-service/export/answer.ts'
import type { ExportService } from '../../../self-service/export/service.ts'
import type { FormRefusal } from '../../frame/form-refusal.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { answerForm, givenProof, proofFormFields } from '../forms.ts'
import { type AccountPagesOptions, readerOf } from '../reader.ts'
import { confirmationOf, dataPage, dataPath, deletedPage, deletionPath, exportPath } from './page.ts'

export interface DataPagesOptions extends AccountPagesOptions {
  readonly exports: Pick<ExportService, 'create'>
  readonly deletions: Pick<DeletionsService, 'delete'>
  readonly passwords: Pick<PasswordsService, 'hasPassword'>
  readonly deletionGraceDays: number
  readonly serviceName: string
}

const ExportQuery = Type.Object({ format: Type.Optional(Type.Enum(['json', 'zip'])) })
const DeletionForm = Type.Object(
  { ...proofFormFields, confirmation: Type.String({ maxLength: 400 }) },
  { additionalProperties: false },
)
type DeletionForm = Static<typeof DeletionForm>

/** As in the API, owners may delete an account before they have confirmed anything. */
const access = { access: 'user', openToUnverified: true } as const

export function dataPages(app: App, options: DataPagesOptions): void {
  app.get(dataPath, { config: access, schema: { hide: true } }, async (request, reply) =>
    sendPage(reply, await pageFor(request, options, { typed: '', refusal: null })),
  )
  // As `GET /v1/me/export`. If it needs a recent sign-in, the reader is led to the page that asks for one.
  app.get(
    exportPath,
    { config: { access: 'user', limit: exportLimit }, schema: { hide: true, querystring: ExportQuery } },
    async (request, reply) => {
      const { user } = readerOf(request, options)
      const exported = await options.exports.create(user, contextOf(request))
      const { format = 'zip' } = request.query
      return sendExport(reply, exported, { ...options, format, sessionId: user.sessionId })
    },
  )
  app.post(
    deletionPath,
    { config: { ...access, limit: loginLimit }, schema: { hide: true, body: DeletionForm } },
    async (request, reply) => await deleteAccount(request, reply, request.body, options),
  )
}

// The answer shows the receipt itself: an address to which the browser is led could be opened again.
async function deleteAccount(
  request: FastifyRequest,
  reply: FastifyReply,
  form: DeletionForm,
  options: DataPagesOptions,
): Promise<FastifyReply> {
  const reader = readerOf(request, options)
  const { user, view } = reader
  return await answerForm(reply, reader, {
    work: async () => {
      assertConfirmed(form.confirmation, user.account)
      const receipt = await options.deletions.delete(user, givenProof(form), contextOf(request))
      clearSessionCookie(reply)
      return await sendPage(reply, deletedPage(view, receipt, options.publicUrl()))
    },
    again: (refusal) => pageFor(request, options, { typed: form.confirmation, refusal }),
  })
}

/** Checked before the password, so that a mistake here costs no guess. Capitals do not matter in any identifier. */
function assertConfirmed(typed: string, account: Account): void {
  const folded = (text: string) => text.trim().normalize('NFC').toLowerCase()
  if (folded(typed) === folded(confirmationOf(account))) return
  throw invalidFields({
    pointer: '/confirmation',
    code: 'not_confirmed',
    detail: 'Type what the page shows.',
  })
}

async function pageFor(
  request: FastifyRequest,
  options: DataPagesOptions,
  page: { readonly typed: string; readonly refusal: FormRefusal | null },
): Promise<string> {
  const reader = readerOf(request, options)
  const { deletionGraceDays: days, passwords } = options
  const restorableUntil = days === 0 ? null : new Date(reader.now.getTime() + days * dayMs)
  const hasPassword = await passwords.hasPassword(reader.user.accountId)
  return dataPage(reader, { ...page, hasPassword, restorableUntil })
}
