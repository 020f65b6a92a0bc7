import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../../../../../platform/http/app.ts'
import { acceptImagesOnly, formOverheadMaxBytes } from '../../../../../platform/http/image-body.ts'
import { contextOf } from '../../../../../platform/http/request-context.ts'
import { invalidFields } from '../../../../../platform/kernel/problems.ts'
import { admitUpload, uploadLimit } from '../../../../users/pictures/answer.ts'
import type { PicturesService } from '../../../../users/pictures/service.ts'
import type { FormRefusal } from '../../../frame/form-refusal.ts'
import { picturePath, profilePath } from '../../../frame/paths.ts'
import { afterwards } from '../../done.ts'
import { answerForm } from '../../forms.ts'
import { type AccountPagesOptions, readerOf } from '../../reader.ts'

export interface PicturePagesOptions extends AccountPagesOptions {
  readonly pictures: Pick<PicturesService, 'admit' | 'remove' | 'replace'>
  readonly pictureSizeMaxBytes: number
}

type PageAgain = (request: FastifyRequest, refusal: FormRefusal) => Promise<string>

/** As `POST` and `DELETE /v1/me/profile/image`, for the forms of the page. */
export function picturePages(app: App, options: PicturePagesOptions, again: PageAgain): void {
  app.post(
    `${picturePath}/remove`,
    { config: { access: 'user', limit: uploadLimit }, schema: { hide: true } },
    async (request, reply) => {
      await options.pictures.remove(readerOf(request, options).user, contextOf(request))
      return await reply.redirect(afterwards(profilePath, 'picture_removed'), 303)
    },
  )
  // In a context of its own, because only this form has a file.
  void app.register(async (uploads: App) => uploadPage(uploads, options, again))
}

function uploadPage(uploads: App, options: PicturePagesOptions, again: PageAgain): void {
  const { pictures, pictureSizeMaxBytes } = options
  acceptImagesOnly(uploads)
  // The file may be refused before all of it is read, and the page must say so, too.
  uploads.setErrorHandler(async (error, request, reply) => {
    // Limits are counted before anyone knows who calls. The page can be shown only to its owner.
    if (request.principal === null) throw error
    return await answerForm(reply, readerOf(request, options), {
      work: () => Promise.reject(error),
      again: (refusal) => again(request, refusal),
    })
  })
  uploads.post(
    picturePath,
    {
      config: { access: 'user', limit: uploadLimit },
      schema: { hide: true },
      bodyLimit: pictureSizeMaxBytes + formOverheadMaxBytes,
      onRequest: admitUpload(pictures),
    },
    async (request, reply) => await replace(request, reply, options),
  )
}

async function replace(
  request: FastifyRequest,
  reply: FastifyReply,
  options: PicturePagesOptions,
): Promise<FastifyReply> {
  const { user } = readerOf(request, options)
  await options.pictures.replace(user, chosenFile(request), contextOf(request))
  return await reply.redirect(afterwards(profilePath, 'picture_changed'), 303)
}

/** A browser sends an empty file if none was chosen. */
function chosenFile({ body }: FastifyRequest): Buffer {
  if (Buffer.isBuffer(body) && body.length > 0) return body
  throw invalidFields({ pointer: '/image', code: 'required', detail: 'Choose a picture.' })
}
