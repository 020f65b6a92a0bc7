import type { Tables } from '../../../platform/database/tables.ts'

export interface Column {
  /** `implied`: the file does not have it, because it follows from its place in the file. */
  readonly kind: 'id' | 'text' | 'integer' | 'time' | 'implied'
  readonly isNullable: boolean
  /** For a sealed column: the purpose for which it is sealed, and the column with the id that the seal is bound to. */
  readonly seal?: { readonly purpose: string; readonly idColumn: 'id' | 'account_id' }
}

type ColumnFor<Value> = Column & { readonly isNullable: null extends Value ? true : false }
export type ColumnsOf<Name extends keyof Tables> = {
  readonly [Column in keyof Tables[Name]]-?: ColumnFor<Tables[Name][Column]>
}

export const id = { kind: 'id', isNullable: false } as const
export const text = { kind: 'text', isNullable: false } as const
export const integer = { kind: 'integer', isNullable: false } as const
export const time = { kind: 'time', isNullable: false } as const
export const implied = { kind: 'implied', isNullable: false } as const

export function optional<Given extends Column>(column: Given) {
  return { ...column, isNullable: true } as const
}

export function sealed(purpose: string, idColumn: 'id' | 'account_id') {
  return { kind: 'text', isNullable: true, seal: { purpose, idColumn } } as const
}
