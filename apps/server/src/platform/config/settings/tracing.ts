import { choice, ratio, text } from '../parsers.ts'
import { setting } from '../setting.ts'
import { collector, headers } from '../url-parsers.ts'

/** Under the names of the OpenTelemetry specification, which platforms set for whatever they run. */
export const tracing = {
  otlpEndpoint: setting({
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    parser: collector(),
    default: null,
    fallback: 'none, and no traces',
    description:
      'The OpenTelemetry collector that gets a trace of each request, over HTTP; `/v1/traces` is added to it.',
    reason:
      'Traces cost a little time for each request and leave the server, so they are made only where asked.',
  }),
  otlpHeaders: setting({
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    parser: headers(),
    default: null,
    fallback: 'none',
    description: 'What the collector wants to be told, such as `authorization=Bearer%20…`.',
    reason: 'It often is a key, and is never shown.',
    secret: true,
  }),
  otlpProtocol: setting({
    name: 'OTEL_EXPORTER_OTLP_PROTOCOL',
    parser: choice('http/json'),
    default: 'http/json',
    description:
      'How traces are sent. A collector takes it at port 4318; 4317 is for gRPC, which is not spoken.',
    reason: 'It needs the fewest packages, and every collector understands it.',
  }),
  tracesServiceName: setting({
    name: 'OTEL_SERVICE_NAME',
    parser: text(64),
    default: 'proxima',
    description: 'The name of the service in traces.',
    reason: 'Where several run, each may have its own.',
  }),
  tracesSampler: setting({
    name: 'OTEL_TRACES_SAMPLER',
    parser: choice(
      'parentbased_traceidratio',
      'parentbased_always_on',
      'parentbased_always_off',
      'traceidratio',
      'always_on',
      'always_off',
    ),
    default: 'parentbased_traceidratio',
    description:
      'Which requests are traced. With `parentbased_`, a caller that sends `traceparent` decides it for its own requests.',
    reason:
      'A trace is whole or useless, so all services on its way should agree. Where strangers can send `traceparent`, ' +
      'they can have everything traced: let the proxy remove it, or choose one without `parentbased_`.',
  }),
  tracesSamplerRatio: setting({
    name: 'OTEL_TRACES_SAMPLER_ARG',
    parser: ratio(),
    default: '1',
    description: 'The share of requests that the two samplers with a ratio trace.',
    reason: 'All of them, until there are too many to pay for.',
  }),
}
