import { parseArgs } from 'node:util'
import { fill } from './fill.ts'

const { values: options } = parseArgs({ options: { accounts: { type: 'string', default: '1000000' } } })
const databaseUrl = process.env['PROXIMA_DATABASE_URL']
const accounts = Number(options.accounts)
if (databaseUrl === undefined || !Number.isSafeInteger(accounts))
  throw new Error('Set PROXIMA_DATABASE_URL to an empty database and give --accounts a number.')

const startedAt = performance.now()
const onProgress = (filled: number) => {
  if (filled % 100_000 === 0) console.log(`${filled} accounts`)
}
await fill({ databaseUrls: [databaseUrl], accounts, sample: 0, onProgress })
console.log(`${accounts} accounts in ${Math.round((performance.now() - startedAt) / 1_000)} s`)
