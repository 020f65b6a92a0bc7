import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../../platform/http/app.ts'
import { addOAuthRoutes } from '../../platform/http/oauth-form.ts'
import { invalidToken, unavailable } from '../../platform/kernel/problems.ts'
import { insufficientScope, userInfoPath } from '../integration/oauth/model.ts'
import type { OpenIdEngine } from './engine/service.ts'
import { refusalOf } from './refusals.ts'
import { UserInfoView } from './schema.ts'

export interface OpenIdRoutesOptions {
  readonly openIdEngine: Pick<OpenIdEngine, 'handle'>
}

const tags = ['OAuth']
const userInfoLimit = { name: 'openid-userinfo', quota: 300_000, windowSeconds: 300 }

/** The endpoints that applications call themselves. */
export function openIdRoutes(app: App, options: OpenIdRoutesOptions): void {
  addOAuthRoutes(app, (oauth) => {
    userInfoRoutes(oauth, options)
  })
}

function userInfoRoutes(app: App, options: OpenIdRoutesOptions): void {
  const config = {
    // The library checks the token, because only it knows which claims the token opens.
    access: 'client' as const,
    limit: userInfoLimit,
    problems: [invalidToken, insufficientScope, unavailable],
  }
  const schema = {
    summary: 'Read who the person is (OpenID Connect Core §5.3)',
    description: 'With the access token of an application, in the header `Authorization`.',
    tags,
    response: { 200: UserInfoView },
  }
  app.get(
    userInfoPath,
    { config, schema: { operationId: 'getUserInfo', ...schema } },
    async (request, reply) => userInfo(request, reply, options),
  )
  app.post(
    userInfoPath,
    { config, schema: { operationId: 'postUserInfo', ...schema, summary: 'The same with POST' } },
    async (request, reply) => userInfo(request, reply, options),
  )
}

async function userInfo(
  { headers: { authorization } }: FastifyRequest,
  reply: FastifyReply,
  { openIdEngine }: OpenIdRoutesOptions,
) {
  const answer = await openIdEngine.handle({
    method: 'GET',
    path: userInfoPath,
    ...(authorization !== undefined && { authorization }),
  })
  if (answer.status >= 400) throw refusalOf(answer)
  return await reply.send(answer.body)
}
