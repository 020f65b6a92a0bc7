import type { Figure, Row } from '../figures/figure.ts'
import type { Commit } from './machine.ts'

export interface Measured {
  readonly figure: Pick<Figure, 'number' | 'name' | 'title'>
  readonly rows: readonly Row[]
  /** The reason why there are no rows; null if there are rows. */
  readonly failure: string | null
}

export interface Report {
  /** RFC 3339. */
  readonly at: string
  readonly commit: Commit
  readonly isQuick: boolean
  readonly machine: readonly string[]
  readonly settings: Readonly<Record<string, string>>
  readonly leftOut: readonly string[]
  readonly figures: readonly Measured[]
}

export function toMarkdown(report: Report): string {
  const { at, commit, machine, figures, leftOut } = report
  const lines = [
    `# Figures of ${at.slice(0, 10)}, commit ${commit.id}`,
    '',
    ...notes(report).map((note) => `${note}\n`),
    ...machine.map((line) => `- ${line}`),
    ...leftOut.map((name) => `- left out: ${name}`),
    '',
    ...figures.flatMap(section),
  ]
  return `${lines.join('\n').trimEnd()}\n`
}

function notes({ isQuick, commit, settings }: Report): string[] {
  const set = Object.entries(settings).map(([name, value]) => `\`${name}=${value}\``)
  return [
    'What each figure means and how it is measured: [../README.md](../README.md).',
    `Server and load generator are processes of their own, but share the cores of one machine. Proxima runs with ${set.join(', ')}, and otherwise at its defaults.`,
    ...(isQuick ? ['This was a quick run: short rounds, and so rough figures.'] : []),
    ...(commit.isClean ? [] : ['Files differed from the commit.']),
  ]
}

const columns = ['what', 'measured', 'its own limit', 'result', 'aim', '', 'why this aim'] as const

function section({ figure, rows, failure }: Measured): string[] {
  const heading = [`## ${figure.number}. ${figure.title}`, '']
  if (failure !== null) return [...heading, `Not measured: ${failure}`, '']
  return [
    ...heading,
    `| ${columns.join(' | ')} |`,
    `| ${columns.map(() => '---').join(' | ')} |`,
    ...rows.map((row) => `| ${cellsOf(row).join(' | ')} |`),
    '',
  ]
}

export function cellsOf({ subject, measured, limit, result, aim, isMet, because }: Row): string[] {
  return [subject, measured, limit, result === measured ? '' : result, aim, verdict(isMet), because]
}

function verdict(isMet: boolean | null): string {
  if (isMet === null) return ''
  return isMet ? 'met' : 'missed'
}
