import { mkdir, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { TestEngine } from '../apps/server/tests/support/engines.ts'
import { findEngines } from './engines.ts'
import { Bench } from './figures/bench.ts'
import type { Figure } from './figures/figure.ts'
import { figures } from './figures/list.ts'
import { currentCommit, describeMachine } from './report/machine.ts'
import { cellsOf, type Measured, type Report, toMarkdown } from './report/markdown.ts'
import { proximaSettings } from './servers/proxima.ts'

const usage = `npm run bench [-- options]

  --only NAMES   ${figures.map(({ name }) => name).join(', ')}; several with commas
  --quick        short rounds and small databases: about two minutes, rough figures
  --profile DIR  write CPU profiles of the server there; this makes it slower
  --no-results   print the table and write no file into bench/results
`

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    profile: { type: 'string' },
    results: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
  allowNegative: true,
})

const signals = ['SIGINT', 'SIGTERM'] as const

if (options.help) process.stdout.write(usage)
else await run(chosen(options.only))

function chosen(only: string | undefined): readonly Figure[] {
  if (only === undefined) return figures
  const names = only.split(',')
  const unknown = names.filter((name) => !figures.some((figure) => figure.name === name))
  if (unknown.length > 0) {
    process.stderr.write(`There is no figure "${unknown.join(', ')}".\n\n${usage}`)
    process.exit(2)
  }
  return figures.filter(({ name }) => names.includes(name))
}

async function run(toMeasure: readonly Figure[]): Promise<void> {
  const { engines, leftOut } = await findEngines()
  const about = {
    at: new Date().toISOString(),
    commit: currentCommit(),
    isQuick: options.quick,
    machine: describeMachine(),
    settings: proximaSettings,
    leftOut,
  }
  const measured: Measured[] = []
  for (const figure of toMeasure) measured.push(await measure(figure, engines))
  const report = { ...about, figures: measured }
  console.log(`\n${toMarkdown(report)}`)
  if (options.results) await saveResults(report)
  if (measured.some(({ failure }) => failure !== null)) process.exitCode = 1
}

/** Reports a figure that fails as failed. The others took minutes and are kept. */
async function measure({ run, ...figure }: Figure, engines: readonly TestEngine[]): Promise<Measured> {
  console.log(`${figure.number}. ${figure.title}`)
  const bench = new Bench({
    isQuick: options.quick,
    engines,
    profileFolder: options.profile ?? null,
    say: (text) => console.log(`   ${text}`),
  })
  // Databases and servers are removed even after half a run.
  const interrupted = () => void bench.close().finally(() => process.exit(130))
  for (const signal of signals) process.once(signal, interrupted)
  try {
    const rows = await run(bench)
    for (const row of rows) console.log(`   ${cellsOf(row).filter(Boolean).join(' | ')}`)
    return { figure, rows, failure: null }
  } catch (error) {
    if (bench.isClosed) await bench.close().finally(() => process.exit(130))
    console.error(error)
    return { figure, rows: [], failure: error instanceof Error ? error.message : String(error) }
  } finally {
    for (const signal of signals) process.off(signal, interrupted)
    await bench.close()
  }
}

async function saveResults(report: Report): Promise<void> {
  const folder = new URL('results/', import.meta.url)
  await mkdir(folder, { recursive: true })
  const name = `${report.at.slice(0, 10)}-${report.commit.id}`
  await writeFile(new URL(`${name}.md`, folder), toMarkdown(report))
  await writeFile(new URL(`${name}.json`, folder), `${JSON.stringify(report, null, 2)}\n`)
  console.log(`Kept in bench/results/${name}.md and .json.`)
}
