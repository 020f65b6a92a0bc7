import type { Client } from '../../authorization/clients/model.ts'

/** Everything that the application may ask for. */
export function scopeOf({ openIdScope, scope }: Client): readonly string[] {
  return [...openIdScope, ...scope]
}

/** The part of a request that the application may ask for. */
export function asked(client: Client, scope: readonly string[]): readonly string[] {
  return scopeOf(client).filter((each) => scope.includes(each))
}
