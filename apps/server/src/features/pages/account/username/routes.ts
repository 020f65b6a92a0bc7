import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../../../../platform/http/app.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import type { Account } from '../../../../platform/kernel/account.ts'
import type { Principal } from '../../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { GivenCredentials } from '../../../authentication/reauthentication/model.ts'
import type { PasswordsService } from '../../../authenticators/passwords/service.ts'
import { usernameLimit } from '../../../self-service/credentials/answer.ts'
import type { FormRefusal } from '../../frame/form-refusal.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { securityPath } from '../../frame/paths.ts'
import { afterwards } from '../done.ts'
import { answerForm, givenProof, proofFormFields } from '../forms.ts'
import { type AccountPagesOptions, readerOf } from '../reader.ts'
import { usernamePage, usernamePath } from './page.ts'

/** As `PUT /v1/me/username`. */
interface UsernameChange {
  change(
    caller: Principal,
    given: GivenCredentials & { readonly username: string },
    context: RequestContext,
  ): Promise<Account>
}

export interface UsernamePagesOptions extends AccountPagesOptions {
  readonly passwords: Pick<PasswordsService, 'hasPassword'>
  readonly usernameChange: UsernameChange
}

const UsernameForm = Type.Object(
  { ...proofFormFields, username: Type.String({ maxLength: 400 }) },
  { additionalProperties: false },
)
type UsernameForm = Static<typeof UsernameForm>

export function usernamePages(app: App, options: UsernamePagesOptions): void {
  app.get(usernamePath, { config: { access: 'user' }, schema: { hide: true } }, async (request, reply) =>
    sendPage(reply, await pageFor(request, options, { refusal: null })),
  )
  app.post(
    usernamePath,
    { config: { access: 'user', limit: usernameLimit }, schema: { hide: true, body: UsernameForm } },
    async (request, reply) => await change(request, reply, request.body, options),
  )
}

async function change(
  request: FastifyRequest,
  reply: FastifyReply,
  form: UsernameForm,
  options: UsernamePagesOptions,
): Promise<FastifyReply> {
  const reader = readerOf(request, options)
  const { user } = reader
  const { username } = form
  return await answerForm(reply, reader, {
    work: async () => {
      await options.usernameChange.change(user, { ...givenProof(form), username }, contextOf(request))
      return await reply.redirect(afterwards(securityPath, 'username_changed'), 303)
    },
    again: (refusal) => pageFor(request, options, { username, refusal }),
  })
}

async function pageFor(
  request: FastifyRequest,
  { passwords, ...options }: UsernamePagesOptions,
  { username, refusal }: { readonly username?: string; readonly refusal: FormRefusal | null },
): Promise<string> {
  const reader = readerOf(request, options)
  const { accountId, account } = reader.user
  const hasPassword = await passwords.hasPassword(accountId)
  return usernamePage(reader, { hasPassword, username: username ?? account.username ?? '', refusal })
}
