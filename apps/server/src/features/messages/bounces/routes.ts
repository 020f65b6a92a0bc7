import type { App } from '../../../platform/http/app.ts'
import { NoContent } from '../../../platform/http/no-content.ts'
import { signedAt } from '../../../platform/http/signed-requests.ts'
import { BounceBody, type CanonicalAddress, toBounce } from './schema.ts'
import type { BouncesService } from './service.ts'

/** A provider reports several at once. */
const limit = { name: 'bounces', quota: 600, windowSeconds: 300 }

export interface BouncesRoutesOptions {
  readonly bounces: Pick<BouncesService, 'record'>
  readonly canonicalAddress: CanonicalAddress
}

export function bouncesRoutes(app: App, { bounces, canonicalAddress }: BouncesRoutesOptions): void {
  app.post(
    '/v1/messages/bounces',
    {
      config: {
        access: 'webhook',
        limit,
        checkRules: (body) => toBounce(body, { signedAt: new Date(0), canonicalAddress }),
      },
      schema: {
        operationId: 'reportBounce',
        summary: 'Report that a message could not be delivered',
        description:
          'For a program of yours that receives the reports of your mail or SMS provider. Proxima then notifies the owner by another contact, and sends codes to the address only if its signed-in owner or an operator asks for one. The answer is the same whether or not an account has the address. Sign the request as Standard Webhooks describes, with the key `PROXIMA_WEBHOOK_SECRET`.',
        tags: ['System'],
        body: BounceBody,
        response: { 204: NoContent },
      },
    },
    async (request, reply) => {
      const bounce = toBounce(request.body, { signedAt: signedAt(request), canonicalAddress })
      if (bounce !== null) await bounces.record(bounce)
      return reply.code(204).send(null)
    },
  )
}
