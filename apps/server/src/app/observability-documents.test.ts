import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { sqlite } from '../../tests/support/engines.ts'
import { startTestServer, type TestServer } from '../../tests/support/test-server.ts'
import { subjectPerHourMax } from '../features/messages/caps/model.ts'

/** What the guide, the dashboard and the alerts say of the metrics, held against those of a server. */

const read = (path: string) => readFileSync(new URL(`../../../../docs/${path}`, import.meta.url), 'utf8')
const guide = read('guides/observability.md')
const dashboard = JSON.parse(read('grafana/proxima.json')) as Dashboard
const alerts = read('grafana/alerts.yaml')

interface Dashboard {
  readonly panels: readonly {
    readonly title: string
    readonly targets?: readonly { readonly expr: string }[]
  }[]
  readonly templating: { readonly list: readonly { readonly definition?: string }[] }
}

/** By name, with the labels that its samples have. */
type Exposed = ReadonlyMap<string, ReadonlySet<string>>

function exposedBy(text: string): Exposed {
  const exposed = new Map<string, Set<string>>()
  for (const [, name = '', type = ''] of text.matchAll(/^# TYPE (\w+) (\w+)$/gm)) {
    const suffixes = type === 'histogram' ? ['_bucket', '_count', '_sum'] : ['']
    for (const suffix of suffixes) exposed.set(name + suffix, new Set())
  }
  for (const [, name = '', labels = ''] of text.matchAll(/^(\w+)\{(.*)\} \S+$/gm))
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) exposed.get(name)?.add(label)
  return exposed
}

/** What Prometheus adds to every sample. */
const ofTheScrape = ['job', 'instance']

function problemsOf(expression: string, exposed: Exposed): string[] {
  const uses = [...expression.matchAll(/\b((?:proxima|nodejs|process)_\w+)(?:\{([^}]*)\})?/g)]
  const unknown = uses.filter(([, name = '']) => !exposed.has(name)).map(([use]) => use)
  const known = new Set([...ofTheScrape, ...uses.flatMap(([, name = '']) => [...(exposed.get(name) ?? [])])])
  const selected = uses.flatMap(([, , selector = '']) => [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)])
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels = '']) =>
    labels.split(/, */),
  )
  const labels = [...selected.map(([, label = '']) => label), ...grouped]
  return [...unknown, ...labels.filter((label) => !known.has(label))]
}

describe('the documents about metrics', () => {
  let server: TestServer
  let exposed: Exposed
  beforeAll(async () => {
    // Nobody listens there: a message that cannot be sent has been tried all the same.
    const env = { PROXIMA_MAIL_URL: 'smtp://127.0.0.1:1', PROXIMA_PRIVACY: 'strict' }
    server = await startTestServer(sqlite, { env })
    // The last message about it is withheld.
    for (let sent = 0; sent <= subjectPerHourMax; sent++)
      await server.client.register({ email: 'amina@example.org', password: 'correct horse battery staple' })
    await server.client.login({ email: 'amina@example.org', password: 'wrong' })
    await vi.waitUntil(
      async () => {
        const { text } = await server.client.get('/metrics')
        exposed = exposedBy(text)
        return text.includes('proxima_message_attempts_total{')
      },
      { timeout: 30_000 },
    )
  })
  afterAll(async () => await server?.close())

  it('the dashboard uses only metrics and labels that exist', () => {
    const expressions = [
      ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
      ...dashboard.templating.list.map(({ definition = '' }) => definition),
    ]
    expect(expressions.length).toBeGreaterThan(20)
    for (const expression of expressions) expect(problemsOf(expression, exposed), expression).toEqual([])
  })

  it('the alerts use only metrics and labels that exist', () => {
    const expressions = alerts.split('- alert: ').slice(1)
    expect(expressions.length).toBeGreaterThan(5)
    for (const rule of expressions) {
      const expression = /expr: ([\s\S]*?)\n +for:/.exec(rule)?.[1] ?? ''
      expect(expression).not.toBe('')
      expect(problemsOf(expression, exposed), expression).toEqual([])
    }
  })

  it('the guide lists all our metrics with their labels, and no others', () => {
    const rows = [...guide.matchAll(/^\| `(proxima_\w+)` \| (\w+) \|(.*?)\| .+ \|$/gm)]
    const described = rows.map(([, name = '', type = '', labels = '']) => [name, type, labelsIn(labels)])
    const own = [...exposed.keys()].filter((name) => name.startsWith('proxima_'))
    const names = new Set(own.map((name) => name.replace(/_(?:bucket|count|sum)$/, '')))
    const actual = [...names].map((name) => {
      const isHistogram = exposed.has(`${name}_bucket`)
      const labels = [...(exposed.get(isHistogram ? `${name}_count` : name) ?? [])].sort()
      const type = isHistogram ? 'histogram' : name.endsWith('_total') ? 'counter' : 'gauge'
      return [name, type, labels]
    })
    const byName = (one: unknown[], other: unknown[]) => String(one[0]).localeCompare(String(other[0]))
    expect(described.toSorted(byName)).toEqual(actual.toSorted(byName))
  })
})

function labelsIn(cell: string): string[] {
  return [...cell.matchAll(/`(\w+)`/g)].map(([, label = '']) => label).sort()
}
