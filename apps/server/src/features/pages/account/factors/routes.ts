import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App } from '../../../../platform/http/app.ts'
import { pathId } from '../../../../platform/http/path-id.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { FactorId } from '../../../../platform/kernel/ids.ts'
import type { Principal } from '../../../../platform/kernel/principal.ts'
import { notFound } from '../../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import type { Factor } from '../../../authenticators/factors/model.ts'
import type { TotpEnrolment } from '../../../authenticators/totp/model.ts'
import { factorsLimit } from '../../../self-service/factors/limits/answer.ts'
import type { OwnFactorsService } from '../../../self-service/factors/service.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { securityPath } from '../../frame/paths.ts'
import { afterwards } from '../done.ts'
import { answerForm } from '../forms.ts'
import { type Reader, readerOf } from '../reader.ts'
import { withFreshFactor } from './fresh-factor.ts'
import { appPage, codesPage, factorPage, newCodesPage } from './page.ts'
import { type PasskeyPagesOptions, passkeyPages } from './passkey/routes.ts'
import { appPath, codesPath, factorPath, factorsPath } from './paths.ts'

export interface FactorsPagesOptions extends PasskeyPagesOptions {
  readonly ownFactors: Pick<OwnFactorsService, 'list' | 'rename' | 'remove' | 'replaceRecoveryCodes'>
  readonly totpEnrolments: {
    start(caller: Principal): Promise<TotpEnrolment>
    started(caller: Principal, secret: string): Promise<TotpEnrolment>
    confirm(caller: Principal, code: string, context: RequestContext): Promise<readonly string[] | null>
  }
}

const config = { access: 'user' } as const
const changing = { ...config, limit: factorsLimit } as const
/** With the secret that the page has shown, so that it is shown again to no one else (A93). */
const CodeForm = Type.Object(
  { code: Type.String({ maxLength: 100 }), secret: Type.String({ maxLength: 100 }) },
  { additionalProperties: false },
)
const NameForm = Type.Object({ name: Type.String({ maxLength: 400 }) }, { additionalProperties: false })
const FactorParams = Type.Object({ id: Type.String({ maxLength: 100 }) })

/** The pages on which owners change their second factors and recovery codes. */
export function factorsPages(app: App, options: FactorsPagesOptions): void {
  appPages(app, options)
  codesPages(app, options)
  oneFactorPages(app, options)
  passkeyPages(app, options)
}

function appPages(app: App, options: FactorsPagesOptions): void {
  const { totpEnrolments } = options
  // Opening an address must change nothing, so the pane has a button for it.
  for (const path of [appPath, `${appPath}/confirm`])
    app.get(path, { config, schema: { hide: true } }, async (_request, reply) =>
      reply.redirect(securityPath, 303),
    )
  app.post(appPath, { config: changing, schema: { hide: true } }, async (request, reply) => {
    const reader = readerOf(request, options)
    return await withFreshFactor(reply, securityPath, async () =>
      sendPage(reply, appPage(reader, { app: await totpEnrolments.start(reader.user), refusal: null })),
    )
  })
  app.post(
    `${appPath}/confirm`,
    { config: changing, schema: { hide: true, body: CodeForm } },
    async (request, reply) => {
      const reader = readerOf(request, options)
      return await withFreshFactor(reply, securityPath, () =>
        answerForm(reply, reader, {
          work: async () => {
            const codes = await totpEnrolments.confirm(reader.user, request.body.code, contextOf(request))
            if (codes !== null) return await sendPage(reply, newCodesPage(reader, codes))
            return await reply.redirect(afterwards(securityPath, 'factor_added'), 303)
          },
          again: async (refusal) =>
            appPage(reader, { app: await totpEnrolments.started(reader.user, request.body.secret), refusal }),
        }),
      )
    },
  )
}

function codesPages(app: App, options: FactorsPagesOptions): void {
  const { ownFactors } = options
  app.get(codesPath, { config, schema: { hide: true } }, async (request, reply) => {
    const reader = readerOf(request, options)
    const { factors, recoveryCodesLeft } = await ownFactors.list(reader.user.accountId)
    if (factors.length === 0) return await reply.redirect(securityPath, 303)
    return await sendPage(reply, codesPage(reader, recoveryCodesLeft))
  })
  // The answer shows the codes themselves: an address to which the browser is led could be opened again.
  app.post(codesPath, { config: changing, schema: { hide: true } }, async (request, reply) => {
    const reader = readerOf(request, options)
    return await withFreshFactor(reply, codesPath, async () => {
      const codes = await ownFactors.replaceRecoveryCodes(reader.user, contextOf(request))
      return await sendPage(reply, newCodesPage(reader, codes))
    })
  })
}

function oneFactorPages(app: App, options: FactorsPagesOptions): void {
  const { ownFactors } = options
  const path = `${factorsPath}/:id`
  const params = { config, schema: { hide: true, params: FactorParams } } as const
  app.get(path, params, async (request, reply) => {
    const reader = readerOf(request, options)
    const factor = await factorOf(reader, pathId(request.params.id), options)
    return await sendPage(reply, factorPage(reader, { factor, refusal: null }))
  })
  app.post(
    path,
    { config: changing, schema: { hide: true, params: FactorParams, body: NameForm } },
    async (request, reply) =>
      await change(request, reply, pathId(request.params.id), options, async ({ user }, { id }) => {
        await ownFactors.rename(user, id, request.body.name, contextOf(request))
        return await reply.redirect(afterwards(securityPath, 'factor_renamed'), 303)
      }),
  )
  app.post(
    `${path}/remove`,
    { config: changing, schema: { hide: true, params: FactorParams } },
    async (request, reply) =>
      await change(request, reply, pathId(request.params.id), options, async ({ user }, { id }) => {
        await ownFactors.remove(user, id, contextOf(request))
        return await reply.redirect(afterwards(securityPath, 'factor_removed'), 303)
      }),
  )
}

async function change(
  request: FastifyRequest,
  reply: FastifyReply,
  id: FactorId,
  options: FactorsPagesOptions,
  work: (reader: Reader, factor: Factor) => Promise<FastifyReply>,
): Promise<FastifyReply> {
  const reader = readerOf(request, options)
  const factor = await factorOf(reader, id, options)
  return await withFreshFactor(reply, factorPath(id), () =>
    answerForm(reply, reader, {
      work: () => work(reader, factor),
      again: (refusal) => factorPage(reader, { factor, refusal }),
    }),
  )
}

/** @throws `not_found`, also for the factor of someone else (A33) */
async function factorOf(
  { user }: Reader,
  id: FactorId,
  { ownFactors }: FactorsPagesOptions,
): Promise<Factor> {
  const { factors } = await ownFactors.list(user.accountId)
  const factor = factors.find((each) => each.id === id)
  if (factor === undefined) throw new Failure(notFound)
  return factor
}
