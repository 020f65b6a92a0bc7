import { currentUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { NoContent } from '../../../platform/http/no-content.ts'
import { pathId } from '../../../platform/http/path-id.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import type { TrustedDeviceId } from '../../../platform/kernel/ids.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import { TrustedDeviceParams, TrustedDevicesView, trustedDevicesView } from './schema.ts'
import type { OwnTrustedDevices } from './service.ts'

export interface TrustedDevicesRoutesOptions {
  readonly ownTrustedDevices: OwnTrustedDevices
}

const tags = ['Me']

export function trustedDevicesRoutes(app: App, { ownTrustedDevices }: TrustedDevicesRoutesOptions): void {
  app.get(
    '/v1/me/trusted-devices',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'listMyTrustedDevices',
        summary: 'List my trusted devices, newest first',
        description:
          'A trusted device needs no second factor for a while (`trust_device` in `POST /v1/auth/mfa`). Its sessions have one factor: `amr` and `acr` say so, and calls that need a recent second factor ask for one.',
        tags,
        response: { 200: TrustedDevicesView },
      },
    },
    async (request) =>
      trustedDevicesView(await ownTrustedDevices.list(currentUser(request), contextOf(request))),
  )

  app.delete(
    '/v1/me/trusted-devices',
    {
      config: { access: 'user' },
      schema: {
        operationId: 'removeMyTrustedDevices',
        summary: 'Trust no device any more',
        description: 'Each device needs a second factor at its next sign-in. No session ends.',
        tags,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      await ownTrustedDevices.removeAll(currentUser(request), contextOf(request))
      return reply.code(204).send(null)
    },
  )

  app.delete(
    '/v1/me/trusted-devices/:id',
    {
      config: { access: 'user', problems: [notFound] },
      schema: {
        operationId: 'removeMyTrustedDevice',
        summary: 'Trust one of my devices no longer',
        description: 'It needs a second factor at its next sign-in. Its sessions do not end.',
        tags,
        params: TrustedDeviceParams,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      const id = pathId<TrustedDeviceId>(request.params.id)
      await ownTrustedDevices.remove(currentUser(request), id, contextOf(request))
      return reply.code(204).send(null)
    },
  )
}
