import type { FastifyReply, FastifyRequest } from 'fastify'
import { currentUser } from '../../../platform/http/access.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { hasClosed, untilClosed } from '../../../platform/http/until-closed.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { malformedRequest, overloaded } from '../../../platform/kernel/problems.ts'
import type { PicturesService } from './service.ts'

/** Accounts are free, so a limit for each of them is not enough. */
export const uploadLimit = { name: 'picture-upload', quota: 300, windowSeconds: 3_600 }

const madeRoom = {
  detail:
    'The server stopped reading this picture to make room for others, because many are being uploaded. Send it again later.',
  retryAfterSeconds: 5,
}

const clientLeft = { detail: 'The connection was closed before the picture was sent. Send it again.' }

/** The hook of a route that takes a picture: the upload needs a place before any of it is read. */
export function admitUpload(pictures: Pick<PicturesService, 'admit'>) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    // Places are few. Even one that is given back at once would be missed by a client that waits.
    if (hasClosed(request.raw, reply.raw)) throw new Failure(malformedRequest, clientLeft)
    const interrupting = new AbortController()
    const place = await pictures.admit(currentUser(request).accountId, contextOf(request), () =>
      interrupting.abort(),
    )
    untilClosed(request.raw, reply.raw, () => place.release())
    request.reading = {
      interrupted: interrupting.signal,
      interruption: new Failure(overloaded, madeRoom),
      onEnd: () => place.keep(),
    }
  }
}
