import type { FastifyReply } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../../../../platform/http/app.ts'
import { passwordText } from '../../../../platform/http/fields.ts'
import { addFormPages, formPageConfig } from '../../../../platform/http/form-pages.ts'
import { pageMediaType } from '../../../../platform/http/pages.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { forbidden } from '../../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { SetupService } from '../service.ts'
import { setupDonePage, setupPage, setupPath, setupRefusedPage } from './page.ts'

export interface SetupPagesOptions {
  readonly setup: Pick<SetupService, 'chooseAdministrator' | 'createAdministrator' | 'lookAt'>
  readonly serviceName: string
}

/** One person opens it once. A program that tries tokens gets nowhere with more either. */
const limit = { name: 'setup', quota: 60, windowSeconds: 300 }
const config = { access: 'public', limit, ...formPageConfig } as const
const token = Type.String({ maxLength: 100 })
const SetupLink = Type.Object({ token: Type.Optional(token) })
const SetupForm = Type.Object(
  {
    token,
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
export function setupPages(app: App, { setup, serviceName }: SetupPagesOptions): void {
  addFormPages(app, (pages) => {
    pages.get(setupPath, { config, schema: { hide: true, querystring: SetupLink } }, (request, reply) => {
      const { token: given = '' } = request.query
      return orRefused(reply, serviceName, async () => {
        await setup.lookAt(given)
        return await page(reply, setupPage({ token: given, serviceName, failure: null, typed: {} }))
      })
    })
    pages.post(setupPath, { config, schema: { hide: true, body: SetupForm } }, (request, reply) =>
      orRefused(reply, serviceName, async () => {
        try {
          await makeAdministrator(setup, request.body, contextOf(request))
          return await page(reply, setupDonePage(serviceName))
        } catch (error) {
          if (!isCorrectable(error)) throw error
          const { password: _, token: given, ...typed } = request.body
          return await page(reply.code(422), setupPage({ token: given, serviceName, failure: error, typed }))
        }
      }),
    )
  })
}

async function makeAdministrator(
  setup: SetupPagesOptions['setup'],
  { token: given, identifier, username, email, password = '' }: SetupForm,
  context: RequestContext,
): Promise<void> {
  if (identifier !== undefined) {
    await setup.chooseAdministrator(given, identifier, context)
    return
  }
  // A browser sends the fields that a person leaves empty.
  const named = { ...(username && { username }), ...(email && { email }) }
  await setup.createAdministrator(given, { ...named, password }, context)
}

async function orRefused(
  reply: FastifyReply,
  serviceName: string,
  work: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Failure) || error.problem !== forbidden) throw error
    return await page(reply.code(403), setupRefusedPage(serviceName, error))
  }
}

/** True if the person can fill in the form again. */
function isCorrectable(error: unknown): error is Failure {
  return error instanceof Failure && ['invalid', 'conflict'].includes(error.problem.kind)
}

function page(reply: FastifyReply, text: string): FastifyReply {
  return reply.type(pageMediaType).send(text)
}
