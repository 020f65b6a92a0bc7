import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { canReadUsage, residentMegabytes } from '../measure/process-usage.ts'
import type { Bench } from './bench.ts'
import { type Figure, megabytes, perSecond, type Row, valueRow } from './figure.ts'

export const imports: Figure = {
  number: 21,
  name: 'import',
  title: 'Importing the users of an old backend, and the memory of the command',
  run,
}

const program = fileURLToPath(new URL('../../apps/server/bin/proxima.js', import.meta.url))
const sampleMs = 200
const bcrypt = '$2b$12$jremTuGHPC7fGarrKfj8W.IC4ovwNLnv7dqmNKV/X/D/..dZNF152'

const map = {
  format: 'proxima-import-map/1',
  source: 'old-shop',
  variants: [
    {
      name: 'people',
      key: 'id',
      fields: { username: 'name', email: 'mail', full_name: 'full', password: 'hash', county: 'county' },
    },
  ],
}

async function run(bench: Bench): Promise<Row[]> {
  const users = bench.pick(1_000_000, 2_000)
  const folder = await mkdtemp(join(tmpdir(), 'proxima-bench-'))
  try {
    await writeFile(join(folder, 'map.json'), JSON.stringify(map))
    await pipeline(lines(users), createWriteStream(join(folder, 'people.csv')))
    const rows: Row[] = []
    for (const engine of bench.engines) {
      bench.say(`importing ${users} users on ${engine.name}`)
      rows.push(...(await importOn(await bench.database(engine), engine.name, { folder, users })))
    }
    return rows
  } finally {
    await rm(folder, { recursive: true })
  }
}

async function importOn(
  databaseUrl: string,
  engine: string,
  { folder, users }: { readonly folder: string; readonly users: number },
): Promise<Row[]> {
  const env = { ...process.env, PROXIMA_DATABASE_URL: databaseUrl, PROXIMA_DATA_DIR: join(folder, engine) }
  await done(spawn(process.execPath, [program, 'migrate', 'up'], { env, stdio: 'ignore' }))
  const files = ['--from', join(folder, 'people.csv'), '--map', join(folder, 'map.json')]
  const startedAt = performance.now()
  const command = spawn(process.execPath, [program, 'import', ...files, '--yes'], { env, stdio: 'ignore' })
  let peak = 0
  const timer = setInterval(() => {
    if (canReadUsage && command.pid !== undefined && command.exitCode === null)
      // A process that has just ended has no memory to read.
      peak = Math.max(peak, residentMegabytes(command.pid) || 0)
  }, sampleMs)
  await done(command).finally(() => clearInterval(timer))
  const seconds = (performance.now() - startedAt) / 1_000
  const subject = `${users.toLocaleString('en-US')} users from a CSV file, on ${engine}`
  const speed = valueRow({
    subject: `${subject}: read, compared and stored`,
    value: users / seconds,
    show: perSecond,
    aim: { atLeast: 1_700, because: 'A million users must not take longer than ten minutes.' },
  })
  if (!canReadUsage) return [speed]
  const memory = valueRow({
    subject: `${subject}: the most memory of the command`,
    value: peak,
    show: megabytes,
    aim: { atMost: 400, because: 'The rows are on the disk; the memory must not grow with their number.' },
  })
  return [speed, memory]
}

async function done(command: ChildProcess): Promise<void> {
  const [exitCode] = (await once(command, 'close')) as [number | null]
  if (exitCode !== 0) throw new Error(`the command ended with ${exitCode}`)
}

function* lines(users: number): Generator<string, void> {
  yield 'id,name,mail,full,hash,county\n'
  for (let id = 1; id <= users; id += 1)
    yield `${id},person${id},person${id}@example.org,Person Number${id},${bcrypt},Kisumu\n`
}
