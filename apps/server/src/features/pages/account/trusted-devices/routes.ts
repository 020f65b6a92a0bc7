import Type from 'typebox'
import type { App } from '../../../../platform/http/app.ts'
import { pathId } from '../../../../platform/http/path-id.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { notFound } from '../../../../platform/kernel/problems.ts'
import type { OwnTrustedDevices } from '../../../self-service/trusted-devices/service.ts'
import { securityPath } from '../../frame/paths.ts'
import { afterwards } from '../done.ts'
import { type AccountPagesOptions, readerOf } from '../reader.ts'
import { trustedDevicesPath } from './part.ts'

export interface TrustedDevicesPagesOptions extends AccountPagesOptions {
  readonly ownTrustedDevices: Pick<OwnTrustedDevices, 'remove' | 'removeAll'>
}

const DeviceParams = Type.Object({ id: Type.String({ maxLength: 100 }) })
const config = { access: 'user' } as const

/** The buttons with which the reader ends the trust in their devices. */
export function trustedDevicesPages(
  app: App,
  { ownTrustedDevices, ...options }: TrustedDevicesPagesOptions,
): void {
  app.post(`${trustedDevicesPath}/remove`, { config, schema: { hide: true } }, async (request, reply) => {
    await ownTrustedDevices.removeAll(readerOf(request, options).user, contextOf(request))
    return await reply.redirect(afterwards(securityPath, 'devices_removed'), 303)
  })

  app.post(
    `${trustedDevicesPath}/:id/remove`,
    { config, schema: { hide: true, params: DeviceParams } },
    async (request, reply) => {
      const { user } = readerOf(request, options)
      // One that is gone is what the reader wants; one of someone else looks the same (A33).
      await ownTrustedDevices
        .remove(user, pathId(request.params.id), contextOf(request))
        .catch((error: unknown) => {
          if (!(error instanceof Failure) || error.problem !== notFound) throw error
        })
      return await reply.redirect(afterwards(securityPath, 'device_removed'), 303)
    },
  )
}
