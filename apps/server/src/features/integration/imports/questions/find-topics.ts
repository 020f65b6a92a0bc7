import { createHash } from 'node:crypto'
import type { Candidate } from '../rows/model.ts'
import type { ClaimKind, StagedRow } from '../staging/model.ts'
import type { SharedClaim } from '../staging/repository.ts'
import type { RoleTopic, SecretsTopic, SharedTopic, TakenTopic } from './model.ts'

/** An identifier of a row that an account has. */
export interface TakenClaim {
  readonly position: number
  readonly key: string
  readonly kind: ClaimKind
  readonly accountId: string | null
}

/** One question for each group of rows, whatever they share. */
export function sharedTopics(
  claims: readonly SharedClaim[],
  keyOf: (position: number) => string | null,
): SharedTopic[] {
  const groups = Map.groupBy(claims, ({ positions }) => positions.join(' '))
  return [...groups.values()].map((group): SharedTopic => {
    const positions = group[0]?.positions ?? []
    const identifiers = [...new Set(group.map(({ kind }) => kind))]
    const values = group.map(({ kind, value }) => `${kind} ${value}`)
    const id = topicId('shared', [...values, ...positions.map((position) => keyOf(position) ?? '')])
    return { kind: 'shared', id, identifiers, positions }
  })
}

/** One question for each row and the account that is in its way. */
export function takenTopics(claims: readonly TakenClaim[]): TakenTopic[] {
  const groups = Map.groupBy(claims, ({ accountId, position }) => `${position} ${accountId}`)
  return [...groups.values()].flatMap((group): TakenTopic[] => {
    const [first] = group
    if (first === undefined) return []
    const { accountId, key, position } = first
    const identifiers = [...new Set(group.map(({ kind }) => kind))]
    // With the account: an answer is about this one, and not about the one that has the identifier in the next run.
    const id = topicId('taken', [key, accountId ?? '', ...identifiers])
    return [{ kind: 'taken', id, identifiers, position, accountId }]
  })
}

/** Collects the rows of the questions that concern many rows at once. */
export class GeneralTopics {
  readonly #rolesOf: (value: string) => readonly string[]
  readonly #secrets = new Map<'password' | 'user_secret', number[]>()
  readonly #roles = new Map<string, number[]>()
  readonly #keys = new Map<string, string[]>()

  constructor(rolesOf: (value: string) => readonly string[]) {
    this.#rolesOf = rolesOf
  }

  add({ candidate, key, position }: StagedRow): void {
    if (candidate === null) return
    for (const field of unclearSecrets(candidate)) listIn(this.#secrets, field).push(position)
    for (const value of candidate.askedRoles) {
      listIn(this.#roles, value).push(position)
      listIn(this.#keys, value).push(key ?? '')
    }
  }

  get topics(): (SecretsTopic | RoleTopic)[] {
    const secrets = [...this.#secrets].map(([field, positions]): SecretsTopic => {
      return { kind: 'secrets', id: `secrets-${field}`, field, positions }
    })
    const roles = [...this.#roles].map(([value, positions]): RoleTopic => {
      const wanted = this.#rolesOf(value)
      // With the rows: people who choose the value after the operator has answered do not get the role, too.
      const id = topicId('role', [value, ...wanted, ...(this.#keys.get(value) ?? []).sort()])
      return { kind: 'role', id, value, roles: wanted, positions }
    })
    return [...secrets, ...roles]
  }
}

function unclearSecrets({ password, userSecret }: Candidate): ('password' | 'user_secret')[] {
  return [
    ...(password?.form === 'unclear' ? ['password' as const] : []),
    ...(userSecret?.form === 'unclear' ? ['user_secret' as const] : []),
  ]
}

function listIn<Key, Item>(map: Map<Key, Item[]>, key: Key): Item[] {
  const list = map.get(key) ?? []
  map.set(key, list)
  return list
}

/** Follows from the rows, so that an answer still belongs to its question in the next run. */
function topicId(kind: string, parts: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex')
  return `${kind}-${digest.slice(0, 12)}`
}
