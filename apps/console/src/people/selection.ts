import type { ManagedUser } from '@proxima/client'
import { useState } from 'react'

export interface Selection {
  /** Those chosen one by one. */
  readonly people: readonly ManagedUser[]
  /** Everyone who matches the filter, also on other pages. */
  readonly isAll: boolean
  readonly count: number
  readonly isWholePage: boolean
  readonly has: (person: ManagedUser) => boolean
  readonly toggle: (person: ManagedUser) => void
  readonly togglePage: () => void
  readonly chooseAll: () => void
  readonly clear: () => void
}

const none: readonly ManagedUser[] = []

/** Which people are chosen. It survives turning the page. */
export function useSelection(page: readonly ManagedUser[]): Selection {
  const [people, setPeople] = useState(none)
  const [isAll, setAll] = useState(false)
  const has = ({ id }: ManagedUser) => isAll || people.some((person) => person.id === id)
  const isWholePage = page.length > 0 && page.every(has)
  const without = (removed: readonly ManagedUser[]) =>
    people.filter(({ id }) => !removed.some((person) => person.id === id))
  const set = (next: readonly ManagedUser[]) => {
    setAll(false)
    setPeople(next)
  }
  return {
    people,
    isAll,
    count: isAll ? Number.POSITIVE_INFINITY : people.length,
    isWholePage,
    has,
    toggle: (person) => set(has(person) ? without([person]) : [...people, person]),
    togglePage: () => set(isWholePage ? without(page) : [...without(page), ...page]),
    chooseAll: () => setAll(true),
    clear: () => set(none),
  }
}
