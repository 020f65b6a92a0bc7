import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { noteRefusal } from '../../../platform/http/errors.ts'
import { sendPage } from './hosted-pages.ts'
import { isUnusable, unusableLinkPage } from './links.ts'
import type { PageView } from './view.ts'

/**
 * What the routes of links have in common. Opening a link changes nothing, for mail scanners and previews open links too:
 * only the form of its page does (A90).
 */

/** People open a link a few times. A program that tries tokens gets nowhere with more either. */
export function linkConfig<Name extends string>(name: Name) {
  return { access: 'public', limit: { name, quota: 60, windowSeconds: 300 } } as const
}

const token = Type.String({ maxLength: 200 })
/** One more field, such as a campaign that a mail program added, must not break a link. */
export const TokenQuery = Type.Object({ token: Type.Optional(token) })
export const TokenForm = Type.Object({ token }, { additionalProperties: false })

/** Answers a token that does not work with a page that says so. */
export async function answerLink(
  reply: FastifyReply,
  view: PageView,
  unusableNext: string,
  answer: () => Promise<FastifyReply>,
): Promise<FastifyReply> {
  try {
    return await answer()
  } catch (error) {
    if (!isUnusable(error)) throw error
    noteRefusal(error, reply)
    return await sendPage(reply, unusableLinkPage(view, error, unusableNext), 422)
  }
}
