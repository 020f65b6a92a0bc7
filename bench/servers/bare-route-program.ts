import { env } from 'node:process'
import Fastify from 'fastify'
import { generateKeyPair, SignJWT } from 'jose'
import pg from 'pg'
import { openDurableRows } from './durable-rows.ts'

// Plain Fastify, without logs, hooks, schemas or checks.
const app = Fastify()
const pool = new pg.Pool({ connectionString: env['BENCH_POSTGRES_URL'], max: 10 })
const { privateKey } = await generateKeyPair('ES256')
const json: unknown = JSON.parse(env['BENCH_JSON'] ?? '{}')
const accountId = env['BENCH_ACCOUNT_ID']

app.get('/json', async () => json)

app.get('/row', async () => {
  const { rows } = await pool.query('select * from accounts where id = $1', [accountId])
  return (rows as unknown[])[0]
})

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

const databaseUrl = env['BENCH_DATABASE_URL']
if (databaseUrl) {
  const updateRow = await openDurableRows(databaseUrl)
  app.post('/durable-signature', async () => {
    await updateRow()
    return await sign()
  })
}

await app.listen({ port: Number(env['BENCH_PORT']), host: '127.0.0.1' })
