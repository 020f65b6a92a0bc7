import type { Problem } from '../../../platform/kernel/failures.ts'

/** A row of the old backend. Values are as its database or its file has them. */
export type Row = Readonly<Record<string, unknown>>

/** A row of a user, with the rows of the side tables that belong to it. */
export interface UserRow {
  readonly row: Row
  readonly side: Readonly<Record<string, readonly Row[]>>
}

/** What the operator should know about a field of a row: it was changed, or left out. */
export interface Note {
  readonly field: string
  readonly change: 'renamed' | 'changed' | 'dropped'
  /** Stable and snake_case. */
  readonly code: string
  readonly detail: string
}

/** Why a row is not imported. */
export interface RowRefusal {
  readonly code: string
  readonly detail: string
}

export const mapInvalid: Problem = {
  code: 'map_invalid',
  kind: 'invalid',
  title: 'The map is invalid',
  advice: 'Correct the map. docs/guides/moving-in/import.md describes its format.',
}

export const mapUnfit: Problem = {
  code: 'map_unfit',
  kind: 'conflict',
  title: 'The map does not fit',
  advice: 'Compare the columns in the map with those of the source. Names are case-sensitive.',
}

export const sourceUnreadable: Problem = {
  code: 'source_unreadable',
  kind: 'unavailable',
  title: 'The source cannot be read',
  advice: 'Check the address or the file after --from, and that you may read it. Nothing was changed.',
}

export const sourceMalformed: Problem = {
  code: 'source_malformed',
  kind: 'invalid',
  title: 'The source is malformed',
  advice: 'Correct the file. What was imported before this point stays, and the next run continues after it.',
}

export const tooManyQuestions: Problem = {
  code: 'too_many_questions',
  kind: 'conflict',
  title: 'Too many questions',
  advice:
    'Check that the map names the right columns. If it does, correct the data in the old backend first.',
}

/** How far the command is. */
export interface Progress {
  readonly phase: 'reading' | 'comparing' | 'writing'
  readonly done: number
  /** Null if it is not known. */
  readonly total: number | null
}

export type OnProgress = (progress: Progress) => void
