import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../../../../../platform/http/app.ts'
import { contextOf } from '../../../../../platform/http/request-context.ts'
import type { Principal } from '../../../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../../../platform/kernel/request-context.ts'
import type { GivenCredentials } from '../../../../authentication/reauthentication/model.ts'
import type { PasswordsService } from '../../../../authenticators/passwords/service.ts'
import { contactRequestLimit } from '../../../../self-service/contacts/answer.ts'
import type { ContactKind } from '../../../../users/accounts/contacts/model.ts'
import type { FormRefusal } from '../../../frame/form-refusal.ts'
import { sendPage } from '../../../frame/hosted-pages.ts'
import { contactsPath } from '../../../frame/paths.ts'
import { answerForm, givenProof, proofFormFields } from '../../forms.ts'
import { type AccountPagesOptions, readerOf } from '../../reader.ts'
import { type ContactPane, contactPanes } from '../model.ts'
import { contactChangePage } from './page.ts'

/** As `PUT /v1/me/email`. */
interface ChangeRequests {
  request(
    caller: Principal,
    given: GivenCredentials & { readonly contact: { readonly kind: ContactKind; readonly text: string } },
    context: RequestContext,
  ): Promise<void>
}

export interface ContactChangePagesOptions extends AccountPagesOptions {
  readonly passwords: Pick<PasswordsService, 'hasPassword'>
  readonly contactChangeRequests: ChangeRequests
}

const typed = Type.Optional(Type.String({ maxLength: 400 }))
const ChangeForm = Type.Object(
  { ...proofFormFields, email: typed, phone_number: typed },
  { additionalProperties: false },
)
type ChangeForm = Static<typeof ChangeForm>

const access = { access: 'user', openToUnverified: true } as const

/** The forms with which the owner asks for another email address or phone number. */
export function contactChangePages(app: App, options: ContactChangePagesOptions): void {
  for (const pane of contactPanes) {
    const path = `${contactsPath}/${pane.name}`
    app.get(path, { config: access, schema: { hide: true } }, async (request, reply) =>
      sendPage(reply, await pageFor(request, options, { pane, typed: '', refusal: null })),
    )
    app.post(
      path,
      { config: { ...access, limit: contactRequestLimit }, schema: { hide: true, body: ChangeForm } },
      async (request, reply) => await ask(request, reply, { options, pane, form: request.body }),
    )
  }
}

interface Asked {
  readonly options: ContactChangePagesOptions
  readonly pane: ContactPane
  readonly form: ChangeForm
}

async function ask(
  request: FastifyRequest,
  reply: FastifyReply,
  { options, pane, form }: Asked,
): Promise<FastifyReply> {
  const reader = readerOf(request, options)
  const { user } = reader
  const text = form[pane.kind] ?? ''
  return await answerForm(reply, reader, {
    work: async () => {
      const given = { ...givenProof(form), contact: { kind: pane.kind, text } }
      await options.contactChangeRequests.request(user, given, contextOf(request))
      return await reply.redirect(contactsPath, 303)
    },
    again: (refusal) => pageFor(request, options, { pane, typed: text, refusal }),
  })
}

async function pageFor(
  request: FastifyRequest,
  options: ContactChangePagesOptions,
  page: { readonly pane: ContactPane; readonly typed: string; readonly refusal: FormRefusal | null },
): Promise<string> {
  const reader = readerOf(request, options)
  const hasPassword = await options.passwords.hasPassword(reader.user.accountId)
  return contactChangePage(reader, { ...page, hasPassword })
}
