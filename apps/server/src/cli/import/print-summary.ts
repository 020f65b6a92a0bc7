import type { Summary } from '../../features/integration/imports/report/model.ts'
import type { PreparedImport } from '../../features/integration/imports/service.ts'
import type { Outcome } from '../../features/integration/imports/staging/model.ts'
import { print, printTable } from '../output.ts'

const meanings: Readonly<Record<Outcome, string>> = {
  created: 'become accounts',
  merged: 'become part of the account of another row',
  linked: 'give their id to an account that is there already',
  known: 'were imported before',
  skipped: 'are left out by the map',
  left_out: 'are left out by your answers',
  unanswered: 'wait for your answers',
  refused: 'cannot be imported',
}

interface Printed {
  readonly isDone: boolean
  readonly answersFile: string | undefined
}

/** Prints the report as tables. */
export function printSummary(
  { questions, source, variant }: PreparedImport,
  { notes, outcomes, refusals, renamed, rows }: Summary,
  { answersFile, isDone }: Printed,
): void {
  print(`${rows} users of ${source} (${variant}). ${isDone ? 'Imported:' : 'Nothing is imported yet.'}\n\n`)
  const counted = Object.entries(outcomes).filter(([, number]) => number > 0)
  printTable(
    ['rows', 'outcome', ''],
    [
      ...counted.map(([outcome, number]) => [String(number), outcome, meanings[outcome as Outcome]]),
      ...(renamed > 0 ? [[String(renamed), 'renamed', 'of these get another username']] : []),
    ],
  )
  printCounts(
    'refused because of',
    refusals.map(({ code, rows: number }) => [String(number), code]),
  )
  printCounts(
    'changed or left out',
    notes.map(({ note, rows: number }) => [String(number), note]),
  )
  const open = questions.filter(({ answer }) => answer === null).length
  if (open > 0) print(`\n${questionsLine(open, answersFile)}\n`)
}

function printCounts(head: string, counts: readonly (readonly string[])[]): void {
  if (counts.length === 0) return
  print('\n')
  printTable(['rows', head], counts)
}

function questionsLine(open: number, answersFile: string | undefined): string {
  const questions = open === 1 ? '1 question is open' : `${open} questions are open`
  return answersFile === undefined
    ? `${questions}. Run the command with --answers FILE to get them.`
    : `${questions}. Answer them in ${answersFile}, and run the command again.`
}
