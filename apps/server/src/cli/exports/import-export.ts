import type { Services } from '../../app/wire.ts'
import type { LineOutcome } from '../../features/integration/exports/model.ts'
import { confirm } from '../confirm.ts'
import { print, printJson, printTable } from '../output.ts'

export interface ImportOptions {
  readonly file: string
  readonly dryRun: boolean
  readonly yes: true | undefined
  readonly json: boolean
}

type Counts = Awaited<ReturnType<Services['accountImports']['check']>>

/** More would only scroll by; --json has all that are kept. */
const shownMax = 50
/** The counts have the others, so that a million refusals need no memory. */
const keptMax = 10_000

/** Imports a file of "proxima export": first a dry run, then, if it is confirmed, the import. */
export async function importExport(
  { accountImports }: Pick<Services, 'accountImports'>,
  { file, dryRun, yes, json }: ImportOptions,
): Promise<void> {
  const outcomes: LineOutcome[] = []
  const keep = (list: LineOutcome[]) => (outcome: LineOutcome) => {
    if (list.length < keptMax) list.push(outcome)
  }
  const planned = await accountImports.check(file, {
    onOutcome: keep(outcomes),
    onProgress: (lines) => showProgress('checked', lines),
  })
  endProgress()
  if (dryRun || !json) show(planned, outcomes, { json, isDone: false })
  if (dryRun) return
  await confirm('Import these lines now?', { yes })
  const losers: LineOutcome[] = []
  const done = await accountImports.import(file, {
    onOutcome: keep(losers),
    onProgress: (lines) => showProgress('imported', lines),
  })
  endProgress()
  show(done, losers, { json, isDone: true })
}

function show(
  counts: Counts,
  outcomes: readonly LineOutcome[],
  { json, isDone }: { readonly json: boolean; readonly isDone: boolean },
): void {
  if (json) {
    printJson({ dry_run: !isDone, lines: counts, refused: outcomes.map(toJson) })
    return
  }
  const rows = Object.entries(counts).flatMap(([type, kinds]) =>
    Object.entries(kinds).map(([kind, lines]) => [type, words[kind] ?? kind, String(lines)]),
  )
  printTable(['line', isDone ? 'outcome' : 'outcome (nothing is changed yet)', 'count'], rows)
  for (const { line, type, id, outcome } of outcomes.slice(0, shownMax))
    if (outcome.kind === 'refused') print(`line ${line}: ${type} ${id} was not imported: ${outcome.detail}\n`)
    else if (outcome.kind === 'kept')
      print(`line ${line}: ${type} ${id} keeps the permissions that it has here\n`)
  if (outcomes.length > shownMax) print(`and ${outcomes.length - shownMax} more; --json shows more\n`)
}

const words: Readonly<Record<string, string>> = {
  created: 'created',
  present: 'there already, left as it is',
  replaced: 'replaced',
  kept: 'there already, and different: kept',
  refused: 'refused',
}

function toJson({ line, type, id, outcome }: LineOutcome) {
  const { kind } = outcome
  if (outcome.kind !== 'refused') return { line, type, id, outcome: kind }
  return { line, type, id, outcome: kind, reason: outcome.reason, detail: outcome.detail }
}

function showProgress(word: string, lines: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${word} ${lines} lines`)
}

function endProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
}
