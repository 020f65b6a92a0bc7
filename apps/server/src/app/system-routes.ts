import type { App } from '../platform/http/app.ts'
import type { Metrics } from '../platform/http/metrics.ts'
import type { Clock } from '../platform/kernel/clock.ts'
import { dayMs } from '../platform/kernel/durations.ts'
import { unavailable } from '../platform/kernel/problems.ts'
import type { Readiness } from './readiness.ts'
import { AliveView, plainText, ReadyView } from './system-schema.ts'

export interface SystemRoutesOptions {
  readonly readiness: Pick<Readiness, 'check'>
  readonly publicUrl: () => string
  readonly securityContact: string | null
  readonly clock: Clock
  readonly metrics: Pick<Metrics, 'text' | 'contentType'>
}

const tags = ['System']
const securityTextDays = 180
const metricsExample =
  '# TYPE proxima_refusals_total counter\nproxima_refusals_total{code="rate_limited"} 3\n'
const securityTextExample =
  'Contact: mailto:security@example.org\nExpires: 2027-05-20T09:30:00.000Z\nCanonical: https://accounts.example.org/.well-known/security.txt\n'

export function systemRoutes(app: App, options: SystemRoutesOptions): void {
  app.get(
    '/healthz',
    {
      config: { access: 'public', isProbe: true },
      schema: {
        operationId: 'getHealth',
        summary: 'Check that the process runs',
        description: 'For a supervisor that restarts a process that hangs. It does not ask the database.',
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
        description: 'For a load balancer that chooses between servers. It asks the database.',
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
        description:
          'In the text format of Prometheus. If the server has a metrics token, the call needs it.',
        tags,
        response: { 200: plainText('The metrics, one on each line', metricsExample) },
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
        description: 'The text names a contact, and the date on which it expires.',
        tags,
        response: { 200: plainText('The contact', securityTextExample) },
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
