import { env } from 'node:process'
import express from 'express'
import { auth } from 'express-oauth2-jwt-bearer'
import Fastify from 'fastify'
import { guard as expressGuard } from '../../packages/guard/src/frameworks/express.ts'
import { guard as fastifyGuard } from '../../packages/guard/src/frameworks/fastify.ts'

// One route that answers with a constant, bare or protected. `/ready` is open.
const { BENCH_PORT, BENCH_KIND, BENCH_ISSUER: issuer = '', BENCH_API_KEY: apiKey = '' } = env
const port = Number(BENCH_PORT)
const host = '127.0.0.1'
const json = { hello: 'world' }

async function onFastify(isGuarded: boolean): Promise<void> {
  const app = Fastify()
  app.get('/ready', async () => json)
  if (isGuarded) {
    const accounts = fastifyGuard({ issuer, apiKey })
    app.get('/json', { onRequest: accounts.requireUser() }, async () => json)
  } else app.get('/json', async () => json)
  await app.listen({ port, host })
}

function onExpress(check: express.RequestHandler): void {
  const app = express()
  app.get('/ready', (_request, response) => {
    response.json(json)
  })
  app.get('/json', check, (_request, response) => {
    response.json(json)
  })
  app.listen(port, host)
}

if (BENCH_KIND === 'fastify') await onFastify(false)
else if (BENCH_KIND === 'fastify-guard') await onFastify(true)
else if (BENCH_KIND === 'express-guard') onExpress(expressGuard({ issuer, apiKey }).requireUser())
else if (BENCH_KIND === 'express-peer')
  onExpress(auth({ issuerBaseURL: issuer, audience: issuer, tokenSigningAlg: 'ES256', strict: true }))
else throw new Error(`There is no service "${BENCH_KIND}".`)
