import { env } from 'node:process'
import Fastify from 'fastify'
import { generateKeyPair, SignJWT } from 'jose'
import { openDurableRows } from './durable-rows.ts'
import { openAccount } from './single-row.ts'

// Plain Fastify, without logs, hooks, schemas or checks.
const app = Fastify()
const { privateKey } = await generateKeyPair('ES256')
const json: unknown = JSON.parse(env['BENCH_JSON'] ?? '{}')
const { BENCH_ACCOUNT_ID: accountId, BENCH_ACCOUNTS_URL: accountsUrl, BENCH_DATABASE_URL: databaseUrl } = env

app.get('/json', async () => json)

const page = env['BENCH_PAGE'] ?? ''
app.get('/page', async (_request, reply) => reply.type('text/html; charset=utf-8').send(page))

if (accountsUrl && accountId) {
  const readAccount = openAccount(accountsUrl, accountId)
  app.get('/row', readAccount)
}

async function sign() {
  const jwt = new SignJWT({ roles: ['user'] }).setProtectedHeader({
    alg: 'ES256',
    typ: 'at+jwt',
    kid: 'bench',
  })
  jwt.setIssuer('bench').setAudience('bench').setSubject('bench').setIssuedAt().setExpirationTime('15m')
  return { access_token: await jwt.sign(privateKey), token_type: 'bearer', expires_in: 900 }
}

app.post('/signature', sign)

if (databaseUrl) {
  const updateRow = await openDurableRows(databaseUrl)
  app.post('/durable-signature', async () => {
    await updateRow()
    return await sign()
  })
  app.post('/durable', async () => {
    await updateRow()
    return json
  })
}

await app.listen({ port: Number(env['BENCH_PORT']), host: '127.0.0.1' })
