import type { ClaimKind } from '../staging/model.ts'

/** A row as the operator sees it in a question. */
export interface ShownRow {
  readonly key: string
  readonly username: string | null
  readonly email: string | null
  readonly phone_number: string | null
  readonly name: string | null
}

/** What only the operator can decide. */
export interface Question {
  /** The same in every run, as long as the rows are. */
  readonly id: string
  readonly question: string
  readonly rows: readonly ShownRow[]
  /** Each answer, and what it does. */
  readonly choices: Readonly<Record<string, string>>
  /** One of the choices; null until the operator has decided. */
  readonly answer: string | null
}

/** Several rows want one identifier, or more than one. */
export interface SharedTopic {
  readonly kind: 'shared'
  readonly id: string
  readonly identifiers: readonly ClaimKind[]
  readonly positions: readonly number[]
}

/** A row wants an identifier that an account has which this import has not made. */
export interface TakenTopic {
  readonly kind: 'taken'
  readonly id: string
  readonly identifiers: readonly ClaimKind[]
  readonly position: number
  /** Null if the identifier is only held for its former owner. */
  readonly accountId: string | null
}

/** Secrets that are plain, or hashes. */
export interface SecretsTopic {
  readonly kind: 'secrets'
  readonly id: string
  readonly field: 'password' | 'user_secret'
  readonly positions: readonly number[]
}

/** A value for which the map gives roles that people may have given themselves. */
export interface RoleTopic {
  readonly kind: 'role'
  readonly id: string
  readonly value: string
  readonly roles: readonly string[]
  readonly positions: readonly number[]
}

export type Topic = SharedTopic | TakenTopic | SecretsTopic | RoleTopic

/** Answers by the id of their question. */
export type Answers = ReadonlyMap<string, string>

export const leaveOut = 'leave-out'
