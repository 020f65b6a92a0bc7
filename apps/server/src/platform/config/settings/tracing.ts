import { choice, ratio, text } from '../parsers.ts'
import { setting } from '../setting.ts'
import { collector, headers } from '../url-parsers.ts'

/** These have the names of the OpenTelemetry specification, because platforms set them for every program. */
export const tracing = {
  otlpEndpoint: setting({
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    parser: collector(),
    default: null,
    fallback: 'none: no traces',
    description:
      'The OpenTelemetry collector that receives a trace of each request, over HTTP. The server adds ' +
      '`/v1/traces`.',
    reason: 'Traces cost a little time for each request and leave the server, so they are off by default.',
  }),
  otlpHeaders: setting({
    name: 'OTEL_EXPORTER_OTLP_HEADERS',
    parser: headers(),
    default: null,
    fallback: 'none',
    description: 'Headers for the collector, such as `authorization=Bearer%20…`.',
    reason: 'A header often holds a key, so the value is never shown.',
    secret: true,
  }),
  otlpProtocol: setting({
    name: 'OTEL_EXPORTER_OTLP_PROTOCOL',
    parser: choice('http/json'),
    default: 'http/json',
    description:
      'The protocol for traces. Collectors accept it at port 4318; port 4317 is for gRPC, which the ' +
      'server does not support.',
    reason: 'It needs the fewest packages, and every collector supports it.',
  }),
  tracesServiceName: setting({
    name: 'OTEL_SERVICE_NAME',
    parser: text(64),
    default: 'proxima',
    description: 'The name of the service in traces.',
    reason: 'If you run several services, each can have its own name.',
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
      'Which requests are traced. With `parentbased_`, a caller that sends `traceparent` decides for ' +
      'its own requests.',
    reason:
      'An incomplete trace is useless, so all services on its path should make the same decision. If untrusted ' +
      'clients can send `traceparent`, they can have every request traced: remove the header at the proxy, or ' +
      'choose a sampler without `parentbased_`.',
  }),
  tracesSamplerRatio: setting({
    name: 'OTEL_TRACES_SAMPLER_ARG',
    parser: ratio(),
    default: '1',
    description: 'The share of requests to trace, for the two samplers whose names end in `traceidratio`.',
    reason: 'Trace all requests until there are too many to pay for.',
  }),
}
