import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { App } from '../../../../platform/http/app.ts'
import { addFormPages, formPageConfig } from '../../../../platform/http/form-pages.ts'
import { pageMediaType } from '../../../../platform/http/pages.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { codeExpired, codeInvalid } from '../../../authenticators/codes/model.ts'
import { recoverPath, resetPage } from '../answer.ts'
import type { RecoveryGrant } from '../model.ts'
import type { RecoveryReset } from '../reset.ts'
import type { RecoveryWaits } from '../waits.ts'
import {
  cancelledPage,
  cancelPage,
  cancelPath,
  recoverHelpPage,
  resetDonePage,
  unusableLinkPage,
} from './page.ts'

const limit = { name: 'recovery-page', quota: 60, windowSeconds: 300 }
const config = { access: 'public', limit, ...formPageConfig } as const
const token = Type.String({ maxLength: 200 })
/** One more field, such as a campaign that a mail program added, must not break a link. */
const ResetLink = Type.Object({ token: Type.Optional(token) })
const CancelLink = Type.Object({ token })
const CancelForm = Type.Object({ token }, { additionalProperties: false })
const ResetForm = Type.Object(
  {
    token: Type.Optional(token),
    recovery_token: Type.Optional(token),
    new_password: Type.Optional(Type.String({ maxLength: 4_096 })),
  },
  { additionalProperties: false },
)

export interface RecoveryPagesOptions {
  readonly recoveryReset: Pick<RecoveryReset, 'hasPassword' | 'reset'>
  readonly recoveryWaits: Pick<RecoveryWaits, 'cancel' | 'checkLink'>
  readonly serviceName: string
}

/** The pages of the links in messages. Opening one changes nothing: only its form does (A90). */
export function recoveryPages(app: App, options: RecoveryPagesOptions): void {
  addFormPages(app, (pages) => {
    resetPages(pages, options)
    cancelPages(pages, options)
  })
}

function resetPages(app: App, { recoveryReset, serviceName }: RecoveryPagesOptions): void {
  app.get(recoverPath, { config, schema: { hide: true, querystring: ResetLink } }, async (request, reply) => {
    const { token: linkToken } = request.query
    if (linkToken === undefined) return await page(reply, recoverHelpPage(serviceName))
    const grant = { purpose: 'recovery', token: linkToken } as const
    return await orUnusable(reply, serviceName, async () => {
      const hasPassword = await recoveryReset.hasPassword(grant)
      return await page(reply, resetPage(serviceName, { grant, hasPassword, failure: null }))
    })
  })

  app.post(recoverPath, { config, schema: { hide: true, body: ResetForm } }, async (request, reply) => {
    const { new_password: newPassword, ...tokens } = request.body
    const grant = grantOf(tokens)
    return await orUnusable(reply, serviceName, async () => {
      const hasPassword = await recoveryReset.hasPassword(grant)
      try {
        const reset = { grant, ...(newPassword !== undefined && { newPassword }) }
        const secret = await recoveryReset.reset(reset, contextOf(request))
        return await page(reply, resetDonePage(serviceName, secret))
      } catch (error) {
        if (!isRefusal(error) || isUnusable(error)) throw error
        return await page(reply.code(422), resetPage(serviceName, { grant, hasPassword, failure: error }))
      }
    })
  })
}

function cancelPages(app: App, { recoveryWaits, serviceName }: RecoveryPagesOptions): void {
  app.get(cancelPath, { config, schema: { hide: true, querystring: CancelLink } }, async (request, reply) =>
    orUnusable(reply, serviceName, async () => {
      const { token: linkToken } = request.query
      await recoveryWaits.checkLink(linkToken)
      return await page(reply, cancelPage(serviceName, linkToken))
    }),
  )

  app.post(cancelPath, { config, schema: { hide: true, body: CancelForm } }, async (request, reply) =>
    orUnusable(reply, serviceName, async () => {
      await recoveryWaits.cancel(request.body.token, contextOf(request))
      return await page(reply, cancelledPage(serviceName))
    }),
  )
}

function grantOf({
  token: linkToken,
  recovery_token,
}: {
  token?: string
  recovery_token?: string
}): RecoveryGrant {
  return recovery_token === undefined
    ? { purpose: 'recovery', token: linkToken ?? '' }
    : { purpose: 'recovery_token', token: recovery_token }
}

/** Answers a token that does not work with a page that says so. */
async function orUnusable(
  reply: FastifyReply,
  serviceName: string,
  answer: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await answer()
  } catch (error) {
    if (!isUnusable(error)) throw error
    return await page(reply.code(422), unusableLinkPage(serviceName, error))
  }
}

function isRefusal(error: unknown): error is Failure {
  return error instanceof Failure && error.problem.kind === 'invalid'
}

function isUnusable(error: unknown): error is Failure {
  return isRefusal(error) && [codeInvalid, codeExpired].includes(error.problem)
}

async function page(reply: FastifyReply, text: string): Promise<FastifyReply> {
  return await reply.type(pageMediaType).send(text)
}
