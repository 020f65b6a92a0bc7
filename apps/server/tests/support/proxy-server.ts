import { once } from 'node:events'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { connect } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { ProximaProcess, waitFor } from './process.ts'

export interface ProxyAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface ProxyCall {
  readonly method?: string
  readonly token?: string
  readonly type?: string
  readonly body?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/** A proxy with TLS that runs the configuration of a guide. */
export interface ProxyServer {
  readonly process: ProximaProcess
  call(path: string, call?: ProxyCall): Promise<ProxyAnswer>
}

/** Where a proxy runs, and what it answers to `GET /healthz` as soon as it serves. */
export interface ProxyPlace {
  readonly port: number
  readonly home: string
  readonly healthStatus?: number
}

/** Starts a proxy that serves `accounts.example.org` on `port`. Returns when it accepts connections. */
export async function startProxy(
  command: readonly [string, ...string[]],
  { port, home, healthStatus = 200 }: ProxyPlace,
): Promise<ProxyServer> {
  const [program, ...args] = command
  const process = new ProximaProcess(program, args, { HOME: home })
  await waitFor(`${program} to listen`, async () => {
    const ended = await Promise.race([process.ended, sleep(0, null)])
    if (ended !== null) throw new Error(`${program} ended:\n${ended.stdout}${ended.stderr}`)
    return (await accepts(port)) ? true : null
  })
  // A proxy may listen before it has a certificate, or before it knows that its servers are there.
  await waitFor(`${program} to serve`, async () => {
    const answer = await callOverTls(port, '/healthz').catch(() => null)
    return answer?.status === healthStatus ? true : null
  })
  return { process, call: (path, call) => callOverTls(port, path, call) }
}

async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

// `fetch` cannot trust a certificate that the test has made.
async function callOverTls(port: number, path: string, call: ProxyCall = {}): Promise<ProxyAnswer> {
  const { method = 'GET', token, type = 'application/json', body, headers = {} } = call
  const sent = request({
    host: '127.0.0.1',
    port,
    path,
    method,
    servername: 'accounts.example.org',
    rejectUnauthorized: false,
    agent: false,
    headers: {
      host: 'accounts.example.org',
      ...(body !== undefined && { 'content-type': type, 'content-length': Buffer.byteLength(body) }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
  })
  // A proxy may refuse a body and close before it has read all of it. Its answer arrives all the same.
  sent.on('error', () => undefined)
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: (await buffer(response)).toString(),
  }
}
