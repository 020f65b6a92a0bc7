import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../../../../platform/http/app.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import type { Principal } from '../../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { GivenCredentials } from '../../../authentication/reauthentication/model.ts'
import type { PasswordsService } from '../../../authenticators/passwords/service.ts'
import { passwordLimit } from '../../../self-service/credentials/answer.ts'
import type { FormRefusal } from '../../frame/form-refusal.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { securityPath } from '../../frame/paths.ts'
import { afterwards } from '../done.ts'
import { answerForm, givenProof, proofFormFields } from '../forms.ts'
import { type AccountPagesOptions, readerOf } from '../reader.ts'
import { passwordPage, passwordPath } from './page.ts'

/** As `PUT /v1/me/password`. */
interface PasswordChange {
  change(
    caller: Principal,
    given: GivenCredentials & { readonly newPassword: string },
    context: RequestContext,
  ): Promise<void>
}

export interface PasswordPagesOptions extends AccountPagesOptions {
  readonly passwords: Pick<PasswordsService, 'hasPassword'>
  readonly passwordChange: PasswordChange
}

const PasswordForm = Type.Object(
  { ...proofFormFields, new_password: Type.String({ maxLength: 4_096 }) },
  { additionalProperties: false },
)
type PasswordForm = Static<typeof PasswordForm>

export function passwordPages(app: App, options: PasswordPagesOptions): void {
  app.get(passwordPath, { config: { access: 'user' }, schema: { hide: true } }, async (request, reply) =>
    sendPage(reply, await pageFor(request, options, null)),
  )
  app.post(
    passwordPath,
    { config: { access: 'user', limit: passwordLimit }, schema: { hide: true, body: PasswordForm } },
    async (request, reply) => await change(request, reply, request.body, options),
  )
}

async function change(
  request: FastifyRequest,
  reply: FastifyReply,
  form: PasswordForm,
  options: PasswordPagesOptions,
): Promise<FastifyReply> {
  const reader = readerOf(request, options)
  const { user } = reader
  return await answerForm(reply, reader, {
    work: async () => {
      const given = { ...givenProof(form), newPassword: form.new_password }
      await options.passwordChange.change(user, given, contextOf(request))
      return await reply.redirect(afterwards(securityPath, 'password_changed'), 303)
    },
    again: (refusal) => pageFor(request, options, refusal),
  })
}

async function pageFor(
  request: FastifyRequest,
  options: PasswordPagesOptions,
  refusal: FormRefusal | null,
): Promise<string> {
  const reader = readerOf(request, options)
  const hasPassword = await options.passwords.hasPassword(reader.user.accountId)
  return passwordPage(reader, { hasPassword, lengthMin: options.passwordLengthMin, refusal })
}
