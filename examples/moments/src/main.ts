import { buildApp } from './build-app.ts'
import { buildServices } from './build-services.ts'
import { openDatabase } from './database/open-database.ts'
import { readSettings } from './settings.ts'

const settings = readSettings(process.env)
const database = openDatabase(settings.databaseFile)
const services = buildServices(database, () => new Date())
const app = buildApp({ services, settings, logger: true })

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())
await app.listen({ host: settings.host, port: settings.port })

/** Open requests get their answers first. */
async function stop(): Promise<void> {
  await app.close()
  database.close()
}
