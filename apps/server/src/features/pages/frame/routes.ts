import Type from 'typebox'
import type { App } from '../../../platform/http/app.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import type { Assets } from './assets.ts'
import { passkeysPath, passwordPath, securityPath } from './paths.ts'

const AssetParams = Type.Object({
  version: Type.String({ maxLength: 32 }),
  name: Type.String({ maxLength: 64 }),
})
const yearSeconds = 31_536_000

/** The styles and scripts of the pages. */
export function assetRoutes(app: App, { assets }: { readonly assets: Assets }): void {
  const config = { access: 'public' } as const
  app.get(
    '/assets/:version/:name',
    { config, schema: { hide: true, params: AssetParams } },
    async (request, reply) => {
      const { version, name } = request.params
      const asset = assets.byName.get(name)
      if (asset === undefined) throw new Failure(notFound)
      // Another server, of another release, has written the page. No cache may keep this under its address.
      if (version === assets.version)
        reply.header('cache-control', `public, max-age=${yearSeconds}, immutable`)
      reply.header('vary', 'accept-encoding').type(asset.mediaType)
      const takesBrotli = /(?:^|,)\s*br\s*(?:,|$)/.test(request.headers['accept-encoding'] ?? '')
      return takesBrotli
        ? reply.header('content-encoding', 'br').send(await asset.compressed())
        : reply.send(asset.bytes)
    },
  )
}

/** Where password managers send the reader to change a password ("A Well-Known URL for Changing Passwords", RFC 8615). */
export function changePasswordRoute(app: App): void {
  app.get(
    '/.well-known/change-password',
    { config: { access: 'public' }, schema: { hide: true } },
    async (_request, reply) => await reply.redirect(passwordPath, 303),
  )
}

export interface PasskeyDocumentsOptions {
  readonly publicUrl: () => string
  /** Other origins that may use the passkeys; null for none. */
  readonly passkeyOrigins: readonly string[] | null
}

/**
 * Where password managers send the reader to add a passkey and to manage them ("A Well-Known URL for Passkey Endpoints"),
 * and the other origins that may use the passkeys (WebAuthn Level 3 §5.11).
 */
export function passkeyDocuments(app: App, { publicUrl, passkeyOrigins }: PasskeyDocumentsOptions): void {
  const options = { config: { access: 'public' }, schema: { hide: true } } as const
  app.get('/.well-known/passkey-endpoints', options, async (_request, reply) =>
    reply.send({
      enroll: new URL(passkeysPath, publicUrl()).href,
      manage: new URL(securityPath, publicUrl()).href,
    }),
  )
  if (passkeyOrigins === null || passkeyOrigins.length === 0) return
  app.get('/.well-known/webauthn', options, async (_request, reply) =>
    reply.send({ origins: [new URL(publicUrl()).origin, ...passkeyOrigins] }),
  )
}
