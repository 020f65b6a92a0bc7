import type { Problem } from '../../../platform/kernel/failures.ts'

/** The first line says what the file is, so that no other program takes it for something else. */
export const exportFormat = 'proxima-export'
/** Grows with each change that an older version could misread. */
export const exportVersion = 1

/** In characters. The line of an account with a picture has about four million. */
export const lineLengthMax = 64 * 1024 * 1024

export interface ExportHeader {
  readonly type: 'header'
  readonly format: typeof exportFormat
  readonly version: typeof exportVersion
  readonly exported_at: string
  /** The id of the master secret. The undo links of former contacts work only with the same one. */
  readonly secret_id: string
  /** Whether the accounts have their sessions. */
  readonly sessions: boolean
}

/** The last line: how many lines of each kind are before it. Without it, the file was cut. */
export interface ExportEnd {
  readonly type: 'end'
  readonly lines: Readonly<Record<string, number>>
}

export const notAnExport: Problem = {
  code: 'not_an_export',
  kind: 'invalid',
  title: 'Not an export of Proxima',
  advice: 'The file is not an export that this version can read. See the detail. Nothing was imported.',
}

export const exportIncomplete: Problem = {
  code: 'export_incomplete',
  kind: 'invalid',
  title: 'The export is incomplete',
  advice:
    'The file ends before its last line, or lines are missing. Copy it again, or export again. Nothing was imported.',
}

export const exportLineInvalid: Problem = {
  code: 'export_line_invalid',
  kind: 'invalid',
  title: 'A line of the export is not valid',
  advice: 'Someone changed the file, or another version wrote it. See the detail. Nothing was imported.',
}

/** Why an account, or another line, was not imported. */
export type RefusalReason =
  | 'username_taken'
  | 'email_taken'
  | 'phone_number_taken'
  | 'username_looks_like_another'
  | 'contact_held'
  | 'external_id_taken'
  | 'secret_taken'
  | 'role_missing'
  | 'differs_from_its_canonical_form'
  | 'taken'

/** What becomes of a line. `present`: it is there already, and is left as it is. */
export type Outcome =
  | { readonly kind: 'created' | 'present' | 'replaced' | 'kept' }
  | { readonly kind: 'refused'; readonly reason: RefusalReason; readonly detail: string }

export interface LineOutcome {
  readonly line: number
  readonly type: string
  readonly id: string
  readonly outcome: Outcome
}
