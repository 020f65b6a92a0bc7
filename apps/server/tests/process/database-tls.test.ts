/** @module-tag long */

import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSecureContext, TLSSocket } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { endLeftovers, freshFolder, proxima, startProxima } from '../support/process.ts'
import { hasOpenssl, makeCertificate } from '../support/programs.ts'

describe.skipIf(!hasOpenssl)(
  'a PostgreSQL server whose encryption is not as the URL demands (needs openssl)',
  () => {
    let folder: Awaited<ReturnType<typeof freshFolder>>
    let keys: string
    let server: Server
    let isEncrypted = true
    beforeAll(async () => {
      folder = await freshFolder()
      keys = await mkdtemp(join(tmpdir(), 'proxima-tls-'))
      const { certificate, key } = makeCertificate(keys)
      const context = createSecureContext({ key: await readFile(key), cert: await readFile(certificate) })
      server = createServer((socket) => answer(socket, context)).listen(0, '127.0.0.1')
      await once(server, 'listening')
    })
    afterEach(endLeftovers)
    afterAll(async () => {
      server?.close()
      await folder?.remove()
      await rm(keys, { recursive: true, force: true })
    })

    // PostgreSQL manual, "SSL Session Encryption": one byte answers the SSLRequest.
    function answer(socket: Socket, secureContext: ReturnType<typeof createSecureContext>): void {
      socket.on('error', () => undefined)
      socket.once('data', () => {
        socket.write(isEncrypted ? 'S' : 'N')
        if (isEncrypted) new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => undefined)
      })
    }

    it.each([
      ['a certificate of its own', true, '', /self-signed certificate/],
      ['a certificate for another name', true, '&sslrootcert=CERT', /does not match certificate/],
      ['no encryption', false, '', /does not support SSL/],
    ])(
      '%s is reported as such: 503 and another attempt, not as a bug',
      async (_what, encrypted, query, reason) => {
        isEncrypted = encrypted
        const { port } = server.address() as AddressInfo
        const rest = query.replace('CERT', join(keys, 'fullchain.pem'))
        const settings = {
          PROXIMA_DATABASE_URL: `postgres://proxima@127.0.0.1:${port}/proxima?sslmode=verify-full${rest}`,
          PROXIMA_DATA_DIR: folder.path,
        }
        const { process, client } = await startProxima(settings)
        const ready = await client.get('/readyz')
        expect([ready.status, ready.body.code]).toEqual([503, 'unavailable'])
        expect(Number(ready.headers.get('retry-after'))).toBeGreaterThan(0)
        const { stdout, stderr } = await process.stop()
        expect(stdout).toMatch(reason)
        expect(stdout + stderr).not.toContain('report it')

        const told = await proxima(['doctor', '--json'], { settings })
        expect(told.exitCode).toBe(1)
        expect(JSON.parse(told.stdout).findings).toContainEqual(
          expect.objectContaining({ code: 'database_unreachable', summary: expect.stringMatching(reason) }),
        )
      },
    )
  },
)
