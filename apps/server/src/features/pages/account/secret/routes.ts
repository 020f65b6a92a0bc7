import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../../../../platform/http/app.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { newId } from '../../../../platform/kernel/ids.ts'
import type { Principal } from '../../../../platform/kernel/principal.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { GivenCredentials } from '../../../authentication/reauthentication/model.ts'
import type { PasswordsService } from '../../../authenticators/passwords/service.ts'
import { secretLimit } from '../../../self-service/credentials/answer.ts'
import type { FormRefusal } from '../../frame/form-refusal.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { answerForm, givenProof, onceField, proofFormFields } from '../forms.ts'
import { type AccountPagesOptions, readerOf } from '../reader.ts'
import { newSecretPage, secretPage, secretPath } from './page.ts'

/** As `POST /v1/me/secret`. */
interface SecretRenewal {
  renew(
    caller: Principal,
    given: GivenCredentials,
    context: RequestContext,
    key: string | null,
  ): Promise<string>
}

export interface SecretPagesOptions extends AccountPagesOptions {
  readonly passwords: Pick<PasswordsService, 'hasPassword'>
  readonly secretRenewal: SecretRenewal
}

const SecretForm = Type.Object({ ...proofFormFields, ...onceField }, { additionalProperties: false })
type SecretForm = Static<typeof SecretForm>

export function secretPages(app: App, options: SecretPagesOptions): void {
  app.get(secretPath, { config: { access: 'user' }, schema: { hide: true } }, async (request, reply) =>
    sendPage(reply, await pageFor(request, options, { once: newId(), refusal: null })),
  )
  app.post(
    secretPath,
    { config: { access: 'user', limit: secretLimit }, schema: { hide: true, body: SecretForm } },
    async (request, reply) => await renew(request, reply, request.body, options),
  )
}

// The answer shows the secret itself: an address to which the browser is led could be opened again.
async function renew(
  request: FastifyRequest,
  reply: FastifyReply,
  form: SecretForm,
  options: SecretPagesOptions,
): Promise<FastifyReply> {
  const reader = readerOf(request, options)
  const { once } = form
  return await answerForm(reply, reader, {
    work: async () => {
      const { secretRenewal } = options
      const secret = await secretRenewal.renew(reader.user, givenProof(form), contextOf(request), once)
      return await sendPage(reply, newSecretPage(reader, secret))
    },
    again: (refusal) => pageFor(request, options, { once, refusal }),
  })
}

async function pageFor(
  request: FastifyRequest,
  options: SecretPagesOptions,
  page: { readonly once: string; readonly refusal: FormRefusal | null },
): Promise<string> {
  const reader = readerOf(request, options)
  const hasPassword = await options.passwords.hasPassword(reader.user.accountId)
  return secretPage(reader, { ...page, hasPassword })
}
