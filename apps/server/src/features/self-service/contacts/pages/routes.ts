import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { App } from '../../../../platform/http/app.ts'
import { addFormPages, formPageConfig } from '../../../../platform/http/form-pages.ts'
import { pageMediaType } from '../../../../platform/http/pages.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { resetPage } from '../../../authentication/recovery/answer.ts'
import { codeExpired, codeInvalid } from '../../../authenticators/codes/model.ts'
import type { ContactChangeConfirmations } from '../confirmations.ts'
import { takenProblems } from '../model.ts'
import type { ContactChangeUndo } from '../undo.ts'
import {
  confirmationPage,
  confirmPage,
  confirmPath,
  refusedUndoPage,
  undoneNews,
  undoPage,
  undoPath,
} from './page.ts'

export interface ContactPagesOptions {
  readonly contactChangeConfirmations: Pick<ContactChangeConfirmations, 'lookAtLink' | 'confirmByLink'>
  readonly contactChangeUndo: Pick<ContactChangeUndo, 'isUsable' | 'undo'>
  readonly serviceName: string
}

/** People open a link a few times. A program that tries tokens gets nowhere with more either. */
const limit = { name: 'contact-link', quota: 60, windowSeconds: 300 }
const config = { access: 'public', limit, ...formPageConfig } as const

const token = Type.String({ maxLength: 100 })
/** One more field, such as a campaign that a mail program added, must not break the link. */
const Link = Type.Object({ token })
const Form = Type.Object({ token }, { additionalProperties: false })

/** The pages of the links in messages about contacts. Opening one changes nothing: only its button does (A90). */
export function contactPages(app: App, options: ContactPagesOptions): void {
  addFormPages(app, (pages) => {
    confirmPages(pages, options)
    undoPages(pages, options)
  })
}

function confirmPages(app: App, { contactChangeConfirmations, serviceName }: ContactPagesOptions): void {
  app.get(confirmPath, { config, schema: { hide: true, querystring: Link } }, async (request, reply) => {
    const { token } = request.query
    const state = await contactChangeConfirmations.lookAtLink(token)
    if (state === 'valid') return await page(reply, confirmPage(serviceName, token))
    return await page(reply.code(422), confirmationPage(serviceName, state))
  })

  app.post(confirmPath, { config, schema: { hide: true, body: Form } }, async (request, reply) => {
    try {
      await contactChangeConfirmations.confirmByLink(request.body.token, contextOf(request))
      return await page(reply, confirmationPage(serviceName, 'confirmed'))
    } catch (error) {
      return await page(reply.code(422), confirmationPage(serviceName, refusalOf(error)))
    }
  })
}

function undoPages(app: App, { contactChangeUndo, serviceName }: ContactPagesOptions): void {
  app.get(undoPath, { config, schema: { hide: true, querystring: Link } }, async (request, reply) => {
    const { token } = request.query
    if (await contactChangeUndo.isUsable(token)) return await page(reply, undoPage(serviceName, token))
    return await page(reply.code(422), refusedUndoPage(serviceName, 'invalid'))
  })

  app.post(undoPath, { config, schema: { hide: true, body: Form } }, async (request, reply) => {
    try {
      const undone = await contactChangeUndo.undo(request.body.token, contextOf(request))
      const { recoveryToken, hasPassword } = undone
      const grant = { purpose: 'recovery_token', token: recoveryToken } as const
      return await page(
        reply,
        resetPage(serviceName, { grant, hasPassword, failure: null, news: undoneNews }),
      )
    } catch (error) {
      return await page(reply.code(422), refusedUndoPage(serviceName, refusalOf(error)))
    }
  })
}

/** Why a link does nothing. @throws what is no such refusal */
function refusalOf(error: unknown): 'expired' | 'invalid' | 'taken' {
  if (!(error instanceof Failure)) throw error
  if (error.problem === codeInvalid) return 'invalid'
  if (error.problem === codeExpired) return 'expired'
  if (Object.values(takenProblems).some((taken) => taken === error.problem)) return 'taken'
  throw error
}

async function page(reply: FastifyReply, text: string): Promise<FastifyReply> {
  return await reply.type(pageMediaType).send(text)
}
