import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../../../platform/http/app.ts'
import { noteRefusal } from '../../../platform/http/errors.ts'
import { passwordText } from '../../../platform/http/fields.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { forbidden } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { SetupService } from '../../administration/setup/service.ts'
import { type FieldErrors, fieldErrors } from '../frame/field-errors.ts'
import { sendPage } from '../frame/hosted-pages.ts'
import { linkConfig, TokenQuery } from '../frame/link-routes.ts'
import { type PageView, type ViewOptions, viewOf } from '../frame/view.ts'
import { setupDonePage, setupPage, setupPath, setupRefusedPage } from './page.ts'

export interface SetupPagesOptions extends ViewOptions {
  readonly setup: Pick<SetupService, 'chooseAdministrator' | 'createAdministrator' | 'lookAt'>
  readonly passwordLengthMin: number
}

const config = linkConfig('setup')
const SetupForm = Type.Object(
  {
    token: Type.String({ maxLength: 100 }),
    username: Type.Optional(Type.String({ maxLength: 200 })),
    email: Type.Optional(Type.String({ maxLength: 400 })),
    password: Type.Optional(Type.String(passwordText)),
    identifier: Type.Optional(Type.String({ maxLength: 400 })),
  },
  { additionalProperties: false },
)
type SetupForm = Static<typeof SetupForm>

/**
 * The page of the link that the first start prints. Opening it uses nothing up: only a form does (A90). The token is the
 * proof, so the forms need no other protection from requests of other sites.
 */
export function setupRoutes(app: App, options: SetupPagesOptions): void {
  app.get(setupPath, { config, schema: { hide: true, querystring: TokenQuery } }, async (request, reply) => {
    const view = viewOf(request, options)
    const { token = '' } = request.query
    return await orRefused(reply, view, async () => {
      await options.setup.lookAt(token)
      return await sendPage(reply, setupPage(view, { ...options, token, typed: {} }))
    })
  })

  app.post(
    setupPath,
    { config, schema: { hide: true, body: SetupForm } },
    async (request, reply) => await makeAdministrator(request, reply, request.body, options),
  )
}

async function makeAdministrator(
  request: FastifyRequest,
  reply: FastifyReply,
  form: SetupForm,
  options: SetupPagesOptions,
): Promise<FastifyReply> {
  const view = viewOf(request, options)
  return await orRefused(reply, view, async () => {
    try {
      await chooseOrCreate(options.setup, form, contextOf(request))
      return await sendPage(reply, setupDonePage(view))
    } catch (error) {
      if (!isCorrectable(error)) throw error
      noteRefusal(error, reply)
      const { password: _, ...typed } = form
      const errors = errorsOf(view, error, form, options)
      return await sendPage(reply, setupPage(view, { ...options, token: form.token, errors, typed }), 422)
    }
  })
}

async function chooseOrCreate(
  setup: SetupPagesOptions['setup'],
  { token, identifier, username, email, password = '' }: SetupForm,
  context: RequestContext,
): Promise<void> {
  if (identifier !== undefined) {
    await setup.chooseAdministrator(token, identifier, context)
    return
  }
  // A browser sends the fields that a person leaves empty.
  const named = { ...(username && { username }), ...(email && { email }) }
  await setup.createAdministrator(token, { ...named, password }, context)
}

function errorsOf(
  view: PageView,
  failure: Failure,
  form: SetupForm,
  options: SetupPagesOptions,
): FieldErrors {
  if (form.identifier !== undefined)
    return { identifier: view.language.sentences('setup')('unknown_account') }
  return fieldErrors(view.language, failure, options)
}

async function orRefused(
  reply: FastifyReply,
  view: PageView,
  answer: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await answer()
  } catch (error) {
    if (!(error instanceof Failure) || error.problem !== forbidden) throw error
    noteRefusal(error, reply)
    return await sendPage(reply, setupRefusedPage(view), 403)
  }
}

/** True if the person can fill in the form again. */
function isCorrectable(error: unknown): error is Failure {
  return error instanceof Failure && ['invalid', 'conflict'].includes(error.problem.kind)
}
