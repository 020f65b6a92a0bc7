import type { App } from '../platform/http/app.ts'
import type { Metrics } from '../platform/http/metrics.ts'
import type { Clock } from '../platform/kernel/clock.ts'
import { dayMs } from '../platform/kernel/durations.ts'
import { unavailable } from '../platform/kernel/problems.ts'
import type { Readiness } from './readiness.ts'
import { AliveView, PlainText, ReadyView } from './system-schema.ts'

export interface SystemRoutesOptions {
  readonly readiness: Pick<Readiness, 'check'>
  readonly publicUrl: () => string
  readonly securityContact: string | null
  readonly clock: Clock
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>
}

const tags = ['System']
const securityTextDays = 180

export function systemRoutes(app: App, options: SystemRoutesOptions): void {
  app.get(
    '/healthz',
    {
      config: { access: 'public', isProbe: true },
      schema: {
        operationId: 'getHealth',
        summary: 'Check that the process runs',
        tags,
        response: { 200: AliveView },
      },
    },
    async () => ({ status: 'ok' as const }),
  )

  app.get(
    '/readyz',
    {
      config: { access: 'public', isProbe: true, problems: [unavailable] },
      schema: {
        operationId: 'getReadiness',
        summary: 'Check that the database answers and its migrations are up to date',
        tags,
        response: { 200: ReadyView },
      },
    },
    async () => {
      await options.readiness.check()
      return { status: 'ready' as const }
    },
  )

  app.get(
    '/metrics',
    {
      config: { access: 'metrics', isProbe: true },
      schema: {
        operationId: 'getMetrics',
        summary: 'Get the metrics for Prometheus',
        tags,
        response: { 200: PlainText },
      },
    },
    async (_request, reply) => reply.type(options.metrics.contentType).send(await options.metrics.text()),
  )

  app.get(
    '/.well-known/security.txt',
    {
      config: { access: 'public' },
      schema: {
        operationId: 'getSecurityContact',
        summary: 'Find out where to report a vulnerability (RFC 9116)',
        tags,
        response: { 200: PlainText },
      },
    },
    async (_request, reply) => reply.type('text/plain; charset=utf-8').send(securityText(options)),
  )
}

/** The file of RFC 9116. The default contact is the mailbox that RFC 2142 §4 reserves for the purpose. */
function securityText({ publicUrl, securityContact, clock }: SystemRoutesOptions): string {
  const expires = new Date(clock.now().getTime() + securityTextDays * dayMs)
  const contact = securityContact ?? `mailto:security@${new URL(publicUrl()).hostname}`
  const lines = [
    `Contact: ${contact}`,
    `Expires: ${expires.toISOString()}`,
    `Canonical: ${publicUrl()}/.well-known/security.txt`,
  ]
  return `${lines.join('\n')}\n`
}
