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
      'Whether this server is for development or for production. Production refuses settings that are ' +
      'only fit for trying the server out.',
    reason: 'The first start needs no setting at all, and no one goes live with such settings by oversight.',
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
    description: 'The port to listen on. 0 takes a free port; the server prints the address when it starts.',
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
      'It is never taken from a request, because a forged Host header would then send reset links to an ' +
      'attacker. Production requires it, and requires `https://` unless the host is this machine.',
  }),
  trustedProxies: setting({
    name: 'PROXIMA_TRUSTED_PROXIES',
    parser: networks(),
    default: null,
    fallback: 'none',
    description: "The proxies whose forwarding headers give the client's address.",
    reason: 'Limits are counted by address, so a header that anyone can send must not decide it.',
  }),
  corsOrigins: setting({
    name: 'PROXIMA_CORS_ORIGINS',
    parser: origins(),
    default: null,
    fallback: 'none',
    description: 'The origins of web applications whose scripts may call the API from a browser.',
    reason: "Origins are compared as a whole. A pattern could match an attacker's origin.",
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
      'The metrics show how many people sign in and fail to, and which versions run. Without a token, ' +
      'block `/metrics` at the proxy.',
    secret: true,
  }),
  serviceName: setting({
    name: 'PROXIMA_SERVICE_NAME',
    parser: text(64),
    default: 'Proxima',
    description: 'The name of the service that pages and messages show.',
    reason: 'It is also refused as a password, because attackers try it first.',
  }),
  securityContact: setting({
    name: 'PROXIMA_SECURITY_CONTACT',
    parser: contact(),
    default: null,
    fallback: 'none',
    description:
      'The contact for reports of vulnerabilities. `/.well-known/security.txt` shows it (RFC 9116).',
    reason: 'Only the operator knows it.',
  }),
  logLevel: setting({
    name: 'PROXIMA_LOG_LEVEL',
    parser: choice('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'),
    default: 'info',
    description: 'The lowest level that is logged, from `fatal` down to `trace`. `silent` logs nothing.',
    reason: 'At `info`, every request and every refusal leaves a line.',
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
