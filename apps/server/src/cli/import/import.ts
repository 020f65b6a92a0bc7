import { resolve } from 'node:path'
import { Command } from 'commander'
import { wireImports } from '../../app/wiring/imports.ts'
import { readAnswers, writeQuestions } from '../../features/integration/imports/questions/service.ts'
import type { PreparedImport } from '../../features/integration/imports/service.ts'
import { systemClock } from '../../platform/kernel/clock.ts'
import { Failure, type Problem } from '../../platform/kernel/failures.ts'
import { confirm } from '../confirm.ts'
import { importExport } from '../exports/import-export.ts'
import { printJson } from '../output.ts'
import { readInput } from '../read-input.ts'
import { withServices } from '../with-services.ts'
import { printSummary } from './print-summary.ts'
import { ProgressBar } from './progress-bar.ts'
import { writeReport } from './write-report.ts'

interface Options {
  readonly from: string
  readonly map: string
  readonly answers?: string
  readonly report?: string
  readonly dryRun?: true
  readonly verifyLater?: true
  readonly yes?: true
  readonly json?: true
}

export function importCommand(): Command {
  return new Command('import')
    .description(
      'Import users from SQLite, PostgreSQL, MySQL, CSV, JSON or JSON Lines. The command first shows what would happen, ' +
        'and asks before it creates anything. Questions that only you can answer go to the answers file; rows with an ' +
        'open question are not imported. If the import is interrupted, run it again: it continues where it stopped.',
    )
    .requiredOption(
      '--from <source>',
      'a database URL, or a .sqlite, .csv, .jsonl or .json file; "-" reads a URL from standard input',
    )
    .requiredOption(
      '--map <map>',
      'which columns mean what: a file, or the name of a map that comes with Proxima; "proxima" for a file of "proxima export"',
    )
    .option('--dry-run', 'only show what would happen')
    .option('--answers <file>', 'the file for questions and your answers')
    .option('--report <file>', 'write what happens to each row to this file, as JSON')
    .option(
      '--verify-later',
      'let the old backend check passwords without a usable hash at the first sign-in; "start --verify-with" names it',
    )
    .option('--yes', 'do not ask before creating accounts')
    .option('--json', 'print JSON')
    .action(run)
}

/** The export of another Proxima is no table of users: it is restored as it is. */
const exportMap = 'proxima'

async function run({ from, map, ...options }: Options): Promise<void> {
  const location = from === '-' ? (await readInput()).trim() : from
  if (map === exportMap) {
    assertForExport(options)
    const { dryRun, json, yes } = options
    const given = { file: location, dryRun: dryRun === true, json: json === true, yes }
    return await withServices(async (services) => await importExport(services, given))
  }
  assertApart({ from: location.replace(/^sqlite:/, ''), map }, options)
  const answers =
    options.answers === undefined ? new Map<string, string>() : await readAnswers(options.answers)
  const bar = new ProgressBar(process.stderr)
  await withServices(async (services) => {
    const imports = wireImports(services, systemClock)
    const prepared = await imports.prepare({
      from: location,
      map,
      answers,
      verifiesLater: options.verifyLater === true,
      onProgress: (progress) => bar.show(progress),
    })
    bar.clear()
    try {
      await showAndWrite(prepared, options, bar)
    } finally {
      bar.clear()
      prepared.close()
    }
  })
}

const notForExport: Problem = {
  code: 'not_for_export',
  kind: 'invalid',
  title: 'An option that does not fit',
  advice: 'Leave it out, or name another map. Nothing was changed.',
}

/** An export is restored row by row: there is nothing to ask, to report or to check later. */
function assertForExport({ answers, report, verifyLater }: Partial<Options>): void {
  const given = Object.entries({ '--answers': answers, '--report': report, '--verify-later': verifyLater })
  const [option] = given.find(([, value]) => value !== undefined) ?? []
  if (option === undefined) return
  const detail = `${option} has no use with --map ${exportMap}. ${notForExport.advice}`
  throw new Failure(notForExport, { detail })
}

const sameFile: Problem = {
  code: 'same_file',
  kind: 'invalid',
  title: 'The same file twice',
  advice: 'Give another file for the answers or the report. Nothing was changed.',
}

/** The answers and the report replace their files. That must not be one that is only read, or each other. */
function assertApart(read: Readonly<Record<string, string>>, { answers, report }: Partial<Options>): void {
  const given = Object.entries({ ...read, answers, report }).flatMap(([option, path]) =>
    path === undefined ? [] : [{ option, path: resolve(path) }],
  )
  for (const { option, path } of given.filter((each) => ['answers', 'report'].includes(each.option))) {
    const other = given.find((each) => each.path === path && each.option !== option)
    if (other === undefined) continue
    const detail = `--${option} and --${other.option} name the same file. ${sameFile.advice}`
    throw new Failure(sameFile, { detail })
  }
}

async function showAndWrite(
  prepared: PreparedImport,
  { answers, dryRun, json, report, yes }: Omit<Options, 'from' | 'map'>,
  bar: ProgressBar,
): Promise<void> {
  if (answers !== undefined) await writeQuestions(answers, prepared.questions)
  if (report !== undefined) await writeReport(report, prepared, { isDryRun: true })
  const planned = prepared.summary()
  if (dryRun !== true) {
    if (json !== true) printSummary(prepared, planned, { isDone: false, answersFile: answers })
    const { created, linked, merged } = planned.outcomes
    await confirm(`Import ${created + linked + merged} of ${planned.rows} users?`, { yes })
    await prepared.write((progress) => bar.show(progress))
    bar.clear()
    if (report !== undefined) await writeReport(report, prepared, { isDryRun: false })
  }
  const summary = prepared.summary()
  const { questions, source, variant } = prepared
  if (json === true) printJson({ source, variant, dry_run: dryRun === true, ...summary, questions })
  else printSummary(prepared, summary, { isDone: dryRun !== true, answersFile: answers })
}
