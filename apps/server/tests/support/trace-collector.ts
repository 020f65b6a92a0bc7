import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface ReceivedSpan {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly kind: number
  readonly facts: Readonly<Record<string, string | number>>
  readonly marks: readonly string[]
  readonly isFailure: boolean
}

/** The part of an OpenTelemetry collector that a server uses: OTLP over HTTP, in JSON. */
export interface Collector {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string
  readonly spans: readonly ReceivedSpan[]
  /** All bodies, as they were received. */
  readonly bodies: readonly string[]
  readonly headers: readonly IncomingHttpHeaders[]
  close(): Promise<void>
}

/** `refuses` answers 403, as for a wrong key. `silent` accepts everything and never answers. */
export type Behaviour = 'takes' | 'refuses' | 'silent'

export async function startCollector(behaviour: Behaviour = 'takes'): Promise<Collector> {
  const [spans, bodies, headers]: [ReceivedSpan[], string[], IncomingHttpHeaders[]] = [[], [], []]
  const take = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request)
    bodies.push(body)
    headers.push(request.headers)
    if (behaviour === 'silent') return
    if (behaviour === 'refuses') {
      response.writeHead(403).end()
      return
    }
    const isKnown = request.method === 'POST' && request.url === '/v1/traces'
    if (isKnown) spans.push(...read(JSON.parse(body) as Export))
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' }).end('{}')
  }
  const server = createServer((request, response) => void take(request, response))
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    bodies,
    headers,
    close: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** The JSON form of opentelemetry/proto/trace/v1/trace.proto. */
interface Export {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Sent[] }[] }[]
}

interface Sent extends Pick<ReceivedSpan, 'name' | 'traceId' | 'spanId' | 'parentSpanId' | 'kind'> {
  readonly attributes?: readonly Attribute[]
  readonly events?: readonly { readonly name: string }[]
  readonly status?: { readonly code?: number }
}

interface Attribute {
  readonly key: string
  readonly value: Readonly<Record<string, string | number>>
}

function read({ resourceSpans }: Export): ReceivedSpan[] {
  const sent = resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
  return sent.map(({ attributes = [], events = [], status, ...span }) => ({
    ...span,
    facts: Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0] ?? ''])),
    marks: events.map(({ name }) => name),
    isFailure: status?.code === 2,
  }))
}
