import type { Note } from '../model.ts'
import type { Outcome, StagedRow } from '../staging/model.ts'

/** What became of a row, or would become of it. */
export interface ReportedRow {
  readonly key: string | null
  readonly outcome: Outcome
  /** The row or the account of which it became a part. */
  readonly into?: string
  readonly code?: string
  readonly detail?: string
  readonly notes: readonly Note[]
}

export interface Summary {
  readonly rows: number
  readonly outcomes: Readonly<Record<Outcome, number>>
  readonly renamed: number
  /** How often each thing was noted, such as `links.twitter dropped: host_not_allowed`. */
  readonly notes: readonly { readonly note: string; readonly rows: number }[]
  readonly refusals: readonly { readonly code: string; readonly rows: number }[]
}

export function reportedRow(row: StagedRow, keyOf: (position: number) => string | null): ReportedRow {
  const { accountId, key, mergedInto, notes, outcome, refusal } = row
  const into = mergedInto === null ? accountId : keyOf(mergedInto)
  return {
    key,
    outcome,
    ...(into !== null && outcome !== 'known' && { into }),
    ...(refusal !== null && refusal),
    notes,
  }
}

/** Counts rows one by one, so that a report of any length takes the same memory. */
export class SummaryCounter {
  #rows = 0
  #renamed = 0
  readonly #outcomes = new Map<string, number>()
  readonly #notes = new Map<string, number>()
  readonly #refusals = new Map<string, number>()

  add({ code, notes, outcome }: ReportedRow): void {
    this.#rows += 1
    count(this.#outcomes, outcome)
    if (outcome === 'refused' && code !== undefined) count(this.#refusals, code)
    if (outcome !== 'created' && outcome !== 'merged') return
    if (notes.some(({ change }) => change === 'renamed')) this.#renamed += 1
    for (const note of notes) count(this.#notes, `${note.field} ${note.change}: ${note.code}`)
  }

  summary(all: readonly Outcome[]): Summary {
    const outcomes = Object.fromEntries(all.map((each) => [each, this.#outcomes.get(each) ?? 0]))
    return {
      rows: this.#rows,
      outcomes: outcomes as Record<Outcome, number>,
      renamed: this.#renamed,
      notes: mostFirst(this.#notes).map(([note, rows]) => ({ note, rows })),
      refusals: mostFirst(this.#refusals).map(([code, rows]) => ({ code, rows })),
    }
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1)
}

function mostFirst(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))
}
