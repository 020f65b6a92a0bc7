import type { FastifyReply, FastifyRequest } from 'fastify'
import { digestBytes } from '../../../platform/crypto/digests.ts'
import { currentUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { entityTag, isKnown } from '../../../platform/http/entity-tags.ts'
import { acceptImagesOnly, formOverheadMaxBytes, imageOf } from '../../../platform/http/image-body.ts'
import { NoContent } from '../../../platform/http/no-content.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { notFound, overloaded, unavailable } from '../../../platform/kernel/problems.ts'
import { admitUpload, uploadLimit } from './answer.ts'
import { type Image, pictureMaxAgeSeconds } from './model.ts'
import {
  ImageBody,
  ImageQuery,
  NotModified,
  OwnImageView,
  PictureParams,
  PictureView,
  PublicImageView,
  SeeOther,
  toVariant,
} from './schema.ts'
import type { PicturesService } from './service.ts'

export interface PicturesRoutesOptions {
  readonly pictures: PicturesService
  readonly pictureSizeMaxBytes: number
}

const ownPath = '/v1/me/profile/image'

const tags = ['Me']

export function picturesRoutes(app: App, { pictures, pictureSizeMaxBytes }: PicturesRoutesOptions): void {
  // In a context of its own, because only these routes accept images.
  void app.register(async (uploads: App) => {
    acceptImagesOnly(uploads)
    uploadRoutes(uploads, pictures, pictureSizeMaxBytes + formOverheadMaxBytes)
  })
  ownRoutes(app, pictures)
  publicRoute(app, pictures)
}

function uploadRoutes(app: App, pictures: PicturesService, bodyLimit: number): void {
  const shared = {
    config: { access: 'user', limit: uploadLimit, problems: [overloaded] },
    bodyLimit,
    onRequest: admitUpload(pictures),
  } as const
  const replace = async (request: FastifyRequest) =>
    pictures.urlOf(await pictures.replace(currentUser(request), imageOf(request), contextOf(request)))

  app.put(
    ownPath,
    {
      ...shared,
      schema: {
        operationId: 'putProfileImage',
        summary: 'Set my profile picture',
        description:
          'Send the image as the body, or as the field `image` of a form. The server decodes it, removes all metadata, cuts it to a square and encodes it again. The old picture is deleted.',
        tags,
        body: ImageBody,
        response: { 200: PictureView },
      },
    },
    async (request) => ({ image_url: await replace(request) }),
  )

  // A form of HTML can only POST.
  app.post(
    ownPath,
    {
      ...shared,
      schema: {
        operationId: 'postProfileImage',
        summary: 'Set my profile picture with a form',
        description:
          'Does the same as PUT, for a form of a page without a script. A browser is then sent back to the page of the form.',
        tags,
        body: ImageBody,
        response: { 200: PictureView, 303: SeeOther },
      },
    },
    async (request, reply) => {
      const url = await replace(request)
      if (request.headers.accept?.includes('text/html') !== true) return { image_url: url }
      return reply.redirect(pageOf(request, url), 303)
    },
  )
}

/** The page that the form was on, if it is one of this origin; the new picture otherwise. */
function pageOf({ headers: { referer } }: FastifyRequest, pictureUrl: string): string {
  const isOwn = referer !== undefined && URL.parse(referer)?.origin === new URL(pictureUrl).origin
  return isOwn ? referer : pictureUrl
}

function ownRoutes(app: App, pictures: PicturesService): void {
  app.get(
    ownPath,
    {
      config: { access: 'user', openToImpersonators: true },
      schema: {
        operationId: 'getProfileImage',
        summary: 'Show my profile picture, or a placeholder',
        description:
          'Only for the owner. A placeholder with the initials stands in for a missing picture. With `If-None-Match`, the answer is 304 if the picture has not changed.',
        tags,
        querystring: ImageQuery,
        response: { 200: OwnImageView, 304: NotModified },
      },
    },
    async (request, reply) => {
      const image = await pictures.own(currentUser(request).account, toVariant(request.query))
      void reply.header('cache-control', 'private, no-store')
      return sendImage(request, reply, image)
    },
  )

  app.delete(
    ownPath,
    {
      config: { access: 'user' },
      schema: {
        operationId: 'deleteProfileImage',
        summary: 'Delete my profile picture',
        description:
          'The address of the picture stops working at once, except in caches that hold it for a short time. If there is no picture, the call changes nothing.',
        tags,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await pictures.remove(currentUser(request), contextOf(request))
      return reply.code(204).send(null)
    },
  )
}

function publicRoute(app: App, pictures: PicturesService): void {
  app.get(
    '/v1/pictures/:token/:file',
    {
      config: {
        access: 'public',
        // The picture at an address never changes, but it can be deleted, so a cache may show it only for a short time.
        cache: { maxAgeSeconds: pictureMaxAgeSeconds },
        problems: [notFound, unavailable],
      },
      schema: {
        operationId: 'getPicture',
        summary: 'Show a profile picture to anyone who knows its address',
        description:
          'The address is in `image_url` of the profile. It cannot be guessed, and changes with each picture.',
        tags: ['System'],
        params: PictureParams,
        response: { 200: PublicImageView, 304: NotModified },
      },
    },
    async (request, reply) => {
      const image = await pictures.open(request.params.token, request.params.file)
      // Other sites may show the picture; that is its purpose.
      void reply.header('cross-origin-resource-policy', 'cross-origin')
      return sendImage(request, reply, image)
    },
  )
}

/**
 * Sends an image that the server has encoded from an untrusted upload. The browser must treat the bytes only as an
 * image (ASVS 5.3.1, 5.4.1). If it opens them as a page, nothing in them runs.
 */
function sendImage(request: FastifyRequest, reply: FastifyReply, image: Image): FastifyReply {
  const version = digestBytes(image.content)
  void reply.headers({
    etag: entityTag(version),
    'content-security-policy': "default-src 'none'; sandbox",
    'content-disposition': `inline; filename="${image.name}"`,
  })
  if (isKnown(request, version)) return reply.code(304).send()
  return reply.type(image.mediaType).send(image.content)
}
