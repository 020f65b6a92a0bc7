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
    description:
      'Whether the server runs in development or in production. In production, it refuses settings that are only ' +
      'meant for trying it out.',
    reason:
      'The first start needs no settings, and settings that are meant for a trial cannot go live by mistake.',
  }),
  host: setting({
    name: 'PROXIMA_HOST',
    parser: host(),
    default: '127.0.0.1',
    description: 'The address to listen on. `0.0.0.0` and `::` stand for all addresses of the machine.',
    reason: 'By default, other machines cannot reach a server that is being tried out.',
  }),
  port: setting({
    name: 'PROXIMA_PORT',
    parser: integer(0, 65_535),
    default: '4000',
    description:
      'The port to listen on. With 0, the server takes a free port and prints the address when it starts.',
    reason: 'Ports below 1024 need rights that a server should not have.',
  }),
  publicUrl: setting({
    name: 'PROXIMA_PUBLIC_URL',
    parser: publicUrl(),
    default: null,
    fallback: 'the listening address',
    description:
      'The URL at which people and services reach the server. It is the issuer of tokens and the root ' +
      'of every link.',
    reason:
      'The server never takes this from a request: with a forged Host header, an attacker could make reset links ' +
      'lead to their own server. Production requires this setting, and requires `https://` unless the host is this ' +
      'machine.',
  }),
  trustedProxies: setting({
    name: 'PROXIMA_TRUSTED_PROXIES',
    parser: networks(),
    default: null,
    fallback: 'none',
    description: "The proxies whose forwarding headers the server trusts for the client's address.",
    reason:
      'The server counts limits by client address, so it must not take the address from a header that anyone can ' +
      'send.',
  }),
  corsOrigins: setting({
    name: 'PROXIMA_CORS_ORIGINS',
    parser: origins(),
    default: null,
    fallback: 'none',
    description: 'The origins of web applications whose scripts may call the API from a browser.',
    reason: "The server compares whole origins, because a pattern could match an attacker's origin.",
  }),
  returnOrigins: setting({
    name: 'PROXIMA_RETURN_ORIGINS',
    parser: origins(),
    default: null,
    fallback: 'none',
    description:
      'The origins of other services to which a sign-in may lead back (`return_to`). The public URL is always allowed.',
    reason:
      'Otherwise a link to the sign-in page could lead to the page of an attacker, who would have the trust of the ' +
      'user who has just signed in.',
  }),
  bodySizeMaxBytes: setting({
    name: 'PROXIMA_BODY_SIZE_MAX_BYTES',
    parser: integer(1_024, 10_485_760),
    default: '65536',
    description: 'The maximum size of a request body, in bytes. The server answers a larger body with 413.',
    reason: 'The bodies of this API are small, and reading a large one costs memory.',
  }),
  shutdownTimeoutSeconds: setting({
    name: 'PROXIMA_SHUTDOWN_TIMEOUT_SECONDS',
    parser: integer(1, 300),
    default: '10',
    description: 'How long a server that is stopping waits for open requests, in seconds.',
    reason:
      'Kubernetes waits 30 seconds by default before it ends a process. Docker waits 10: raise its ' +
      'limit, or set a lower value here.',
  }),
  metricsToken: setting({
    name: 'PROXIMA_METRICS_TOKEN',
    parser: bearerToken(),
    default: null,
    fallback: 'none: anyone who reaches the server can read the metrics',
    description: 'The token that Prometheus must send as `Authorization: Bearer …` to read `/metrics`.',
    reason:
      'The metrics show how many sign-ins succeed and fail, and which versions run. Without a token, block ' +
      '`/metrics` at the proxy.',
    secret: true,
  }),
  serviceName: setting({
    name: 'PROXIMA_SERVICE_NAME',
    parser: text(64),
    default: 'Proxima',
    description: 'The name of the service on pages and in messages.',
    reason: 'The server also refuses this name as a password, because attackers try it first.',
  }),
  securityContact: setting({
    name: 'PROXIMA_SECURITY_CONTACT',
    parser: contact(),
    default: null,
    fallback: '`security` at the host of the public URL',
    description:
      'The contact for reports of vulnerabilities. `/.well-known/security.txt` shows it (RFC 9116).',
    reason: 'Only the operator knows who reads such reports.',
  }),
  logLevel: setting({
    name: 'PROXIMA_LOG_LEVEL',
    parser: choice('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    default: 'info',
    description: 'The lowest level that is logged, from `fatal` down to `trace`. `silent` logs nothing.',
    reason: 'At `info`, the log has a line for every request and every refusal.',
  }),
  logFormat: setting({
    name: 'PROXIMA_LOG_FORMAT',
    parser: choice('auto', 'pretty', 'json'),
    default: 'auto',
    description:
      'The format of log lines: `pretty` for people, `json` for programs. `auto` is `pretty` on a ' +
      'terminal and `json` elsewhere.',
    reason: 'People read a terminal, and programs read a pipe.',
  }),
}
