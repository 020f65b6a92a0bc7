import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../../../../../platform/http/app.ts'
import { contextOf } from '../../../../../platform/http/request-context.ts'
import { newId } from '../../../../../platform/kernel/ids.ts'
import { keysLimit } from '../../../../authenticators/api-keys/answer.ts'
import type {
  ApiKeyManagement,
  OwnKeyManagers,
} from '../../../../authenticators/api-keys/management/service.ts'
import type { ApiKeyInput } from '../../../../authenticators/api-keys/model.ts'
import type { FormRefusal } from '../../../frame/form-refusal.ts'
import { sendPage } from '../../../frame/hosted-pages.ts'
import { answerForm, onceField } from '../../forms.ts'
import { type AccountPagesOptions, readerOf } from '../../reader.ts'
import { newKeyPath } from '../page.ts'
import { issuedKeyPage, newKeyPage, permissionField } from './page.ts'

export interface NewKeyPagesOptions extends AccountPagesOptions {
  readonly apiKeyManagement: Pick<ApiKeyManagement, 'create'>
  readonly ownApiKeys: OwnKeyManagers
  readonly apiKeyDays: number
}

const box = `^${permissionField}`
const NewKeyForm = Type.Object(
  {
    ...onceField,
    name: Type.String({ maxLength: 1_000 }),
    networks: Type.Optional(Type.String({ maxLength: 2_000 })),
  },
  { patternProperties: { [box]: Type.Literal('yes') }, additionalProperties: false },
)
type NewKeyForm = Static<typeof NewKeyForm>

/** As `POST /v1/me/api-keys`. A reader who has not signed in for a while is first asked who they are. */
export function newKeyPages(app: App, options: NewKeyPagesOptions): void {
  const config = { access: 'user', freshSession: true } as const
  app.get(newKeyPath, { config, schema: { hide: true } }, async (request, reply) =>
    sendPage(reply, pageFor(request, options, { once: newId(), name: '' }, null)),
  )
  app.post(
    newKeyPath,
    { config: { access: 'user', limit: keysLimit }, schema: { hide: true, body: NewKeyForm } },
    async (request, reply) => await make(request, reply, request.body, options),
  )
}

// The answer shows the key itself: an address to which the browser is led could be opened again.
async function make(
  request: FastifyRequest,
  reply: FastifyReply,
  form: NewKeyForm,
  options: NewKeyPagesOptions,
): Promise<FastifyReply> {
  const reader = readerOf(request, options)
  return await answerForm(reply, reader, {
    work: async () => {
      const owner = await options.ownApiKeys.afterRecentSignIn(reader.user, contextOf(request))
      const { secret } = await options.apiKeyManagement.create(owner, inputOf(form), form.once)
      return await sendPage(reply, issuedKeyPage(reader, secret))
    },
    again: (refusal) => pageFor(request, options, form, refusal),
  })
}

function inputOf(form: NewKeyForm): ApiKeyInput {
  const allowedNetworks = (form.networks ?? '').split(/[\s,;]+/).filter((network) => network !== '')
  return { name: form.name, permissions: chosenIn(form), allowedNetworks, expiresAt: null }
}

function chosenIn(form: NewKeyForm): string[] {
  const names = Object.keys(form).filter((name) => name.startsWith(permissionField))
  return names.map((name) => name.slice(permissionField.length))
}

function pageFor(
  request: FastifyRequest,
  options: NewKeyPagesOptions,
  form: NewKeyForm,
  refusal: FormRefusal | null,
): string {
  const { name, networks = '', once } = form
  const page = { once, name, networks, chosen: chosenIn(form), days: options.apiKeyDays, refusal }
  return newKeyPage(readerOf(request, options), page)
}
