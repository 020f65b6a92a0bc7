import { once } from 'node:events'
import { buildApp } from './build-app.ts'
import { buildServices } from './build-services.ts'
import { verifyPage } from './certificates/page/verify-page.ts'
import { readSigningKey } from './certificates/signing-key.ts'
import { openDatabase } from './database/open-database.ts'
import { loadSecrets } from './secrets.ts'
import { readSettings } from './settings.ts'

const settings = readSettings(process.env)
const { publicUrl } = settings
const { nationalIdKey, certificateKey } = await loadSecrets(settings.secretsFile)
const signingKey = await readSigningKey(certificateKey)
const database = await openDatabase(settings.databaseUrl)
const services = buildServices({ database, nationalIdKey, signingKey, publicUrl, now: () => new Date() })
const { app, close } = buildApp({
  services,
  verifyPage: verifyPage(publicUrl, signingKey.publicJwk),
  settings,
})

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())
const server = app.listen(settings.port, settings.host)
await once(server, 'listening')
console.log(`Listening on ${publicUrl}`)

/** Open requests get their answers first. */
async function stop(): Promise<void> {
  const closed = once(server, 'close')
  server.close()
  server.closeIdleConnections()
  await closed
  await close()
  await database.close()
}
