import { networks } from '../network-parser.ts'
import { choice, host, integer, text } from '../parsers.ts'
import { bearerToken } from '../secret-parser.ts'
import { setting } from '../setting.ts'
import { contact, origins, publicUrl } from '../url-parsers.ts'

export const serving = {
  env: setting({
    name: 'PROXIMA_ENV',
    parser: choice('development', 'production'),
    default: 'development',
    description: 'What the server is run for. Production refuses what is only fit for trying out.',
    reason: 'The first start should need no setting at all, and a real one should not go live by oversight.',
  }),
  host: setting({
    name: 'PROXIMA_HOST',
    parser: host(),
    default: '127.0.0.1',
    description: 'The address to listen on. `0.0.0.0` and `::` are all addresses of the machine.',
    reason: 'Nobody outside the machine reaches a server that is being tried out.',
  }),
  port: setting({
    name: 'PROXIMA_PORT',
    parser: integer(0, 65_535),
    default: '4000',
    description: 'The port to listen on. 0 takes a free one; the address is printed at the start.',
    reason: 'Ports below 1024 need rights that a server should not have.',
  }),
  publicUrl: setting({
    name: 'PROXIMA_PUBLIC_URL',
    parser: publicUrl(),
    default: null,
    fallback: 'the listening address',
    description:
      'Where people and services reach the server: the issuer of tokens and the root of every link.',
    reason:
      'It is never taken from a request, since a forged Host header would then send reset links elsewhere. ' +
      'Production needs it, and needs `https://` unless its host is this machine.',
  }),
  trustedProxies: setting({
    name: 'PROXIMA_TRUSTED_PROXIES',
    parser: networks(),
    default: null,
    fallback: 'none',
    description: 'The proxies whose forwarding headers are read, for the address of the caller.',
    reason: 'Limits are counted by address, so a header that anyone can send must not decide it.',
  }),
  corsOrigins: setting({
    name: 'PROXIMA_CORS_ORIGINS',
    parser: origins(),
    default: null,
    fallback: 'none',
    description: 'The origins of web applications whose scripts may call the API from a browser.',
    reason: 'They are compared whole: a pattern is how the origin of a stranger slips in.',
  }),
  bodySizeMaxBytes: setting({
    name: 'PROXIMA_BODY_SIZE_MAX_BYTES',
    parser: integer(1_024, 10_485_760),
    default: '65536',
    description: 'The largest body of a request, in bytes. A larger one is answered with 413.',
    reason:
      'The bodies of this API are small, and what is read of a large one is memory that a caller takes.',
  }),
  shutdownTimeoutSeconds: setting({
    name: 'PROXIMA_SHUTDOWN_TIMEOUT_SECONDS',
    parser: integer(1, 300),
    default: '10',
    description: 'How long a server that is told to stop waits for requests under way, in seconds.',
    reason:
      'Kubernetes waits 30 seconds by default before it ends a process. Docker waits 10: there, ask it for more ' +
      'or set fewer here.',
  }),
  metricsToken: setting({
    name: 'PROXIMA_METRICS_TOKEN',
    parser: bearerToken(),
    default: null,
    fallback: 'none, and anybody who reaches the server may read them',
    description: 'What Prometheus must send as `Authorization: Bearer …` to read `/metrics`.',
    reason:
      'The figures tell how many sign in and fail, and which versions run. Without a token, keep `/metrics` from the ' +
      'internet at the proxy.',
    secret: true,
  }),
  serviceName: setting({
    name: 'PROXIMA_SERVICE_NAME',
    parser: text(64),
    default: 'Proxima',
    description: 'The name of the service as people see it, on pages and in messages.',
    reason: 'It is also refused as a password, for it is among the first that an attacker tries.',
  }),
  securityContact: setting({
    name: 'PROXIMA_SECURITY_CONTACT',
    parser: contact(),
    default: null,
    fallback: 'none',
    description: 'Whom to tell of a weakness; shown in `/.well-known/security.txt` (RFC 9116).',
    reason: 'Only the operator knows it.',
  }),
  logLevel: setting({
    name: 'PROXIMA_LOG_LEVEL',
    parser: choice('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    default: 'info',
    description:
      'The least that is logged; each level holds those named before it, and `silent` logs nothing.',
    reason: 'At `info` every request and every refusal leaves a line.',
  }),
  logFormat: setting({
    name: 'PROXIMA_LOG_FORMAT',
    parser: choice('auto', 'pretty', 'json'),
    default: 'auto',
    description:
      'How log lines look: `pretty` is for people, `json` for programs. `auto` is pretty on a terminal.',
    reason: 'A person reads a terminal; what reads a pipe is a program.',
  }),
}
