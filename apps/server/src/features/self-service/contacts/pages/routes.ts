import Type from 'typebox'
import type { App } from '../../../../platform/http/app.ts'
import { addFormPages, formPageConfig } from '../../../../platform/http/form-pages.ts'
import { pageMediaType } from '../../../../platform/http/pages.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import { resetPage } from '../../../authentication/recovery/answer.ts'
import { codeInvalid } from '../../../authenticators/codes/model.ts'
import { takenProblems } from '../model.ts'
import type { ContactChangeUndo } from '../undo.ts'
import { refusedUndoPage, undoneNews, undoPage, undoPath } from './page.ts'

export interface ContactPagesOptions {
  readonly contactChangeUndo: Pick<ContactChangeUndo, 'isUsable' | 'undo'>
  readonly serviceName: string
}

/** People open a link a few times. A program that tries tokens gets nowhere with more either. */
const limit = { name: 'contact-undo', quota: 60, windowSeconds: 300 }
const config = { access: 'public', limit, ...formPageConfig } as const

const token = Type.String({ maxLength: 100 })
/** One more field, such as a campaign that a mail program added, must not break the link. */
const UndoLink = Type.Object({ token })
const UndoForm = Type.Object({ token }, { additionalProperties: false })

/** The page of the links that undo a change. Opening it changes nothing: only its button does (A90). */
export function contactPages(app: App, options: ContactPagesOptions): void {
  const { contactChangeUndo, serviceName } = options
  addFormPages(app, (pages) => {
    pages.get(undoPath, { config, schema: { hide: true, querystring: UndoLink } }, async (request, reply) => {
      const { token } = request.query
      const isUsable = await contactChangeUndo.isUsable(token)
      reply.code(isUsable ? 200 : 422).type(pageMediaType)
      return reply.send(isUsable ? undoPage(serviceName, token) : refusedUndoPage(serviceName, 'invalid'))
    })
    pages.post(undoPath, { config, schema: { hide: true, body: UndoForm } }, async (request, reply) => {
      const { status, text } = await undo(options, request.body.token, contextOf(request))
      return reply.code(status).type(pageMediaType).send(text)
    })
  })
}

/** @returns the form for a new password, or why the link does not work */
async function undo(
  { contactChangeUndo, serviceName }: ContactPagesOptions,
  token: string,
  context: RequestContext,
): Promise<{ status: 200 | 422; text: string }> {
  try {
    const { recoveryToken, hasPassword } = await contactChangeUndo.undo(token, context)
    const grant = { purpose: 'recovery_token', token: recoveryToken } as const
    return {
      status: 200,
      text: resetPage(serviceName, { grant, hasPassword, failure: null, news: undoneNews }),
    }
  } catch (error) {
    const refusal = refusalOf(error)
    if (refusal === null) throw error
    return { status: 422, text: refusedUndoPage(serviceName, refusal) }
  }
}

function refusalOf(error: unknown): Parameters<typeof refusedUndoPage>[1] | null {
  if (!(error instanceof Failure)) return null
  if (error.problem === codeInvalid) return 'invalid'
  return Object.values(takenProblems).some((taken) => taken === error.problem) ? 'taken' : null
}
