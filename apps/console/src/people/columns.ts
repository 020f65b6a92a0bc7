import { useState } from 'react'

export const columns = [
  { value: 'username', text: 'Username' },
  { value: 'state', text: 'State' },
  { value: 'roles', text: 'Roles' },
  { value: 'phone', text: 'Phone' },
  { value: 'locale', text: 'Language' },
  { value: 'joined', text: 'Joined' },
] as const
export type Column = (typeof columns)[number]['value']

const key = 'proxima.console.people.columns'
const byDefault: readonly Column[] = ['username', 'state', 'roles', 'joined']

/** The columns that this browser shows. */
export function usePickedColumns() {
  const [picked, setPicked] = useState(stored)
  const pick = (next: readonly Column[]) => {
    localStorage.setItem(key, next.join(' '))
    setPicked(next)
  }
  return [picked, pick] as const
}

function stored(): readonly Column[] {
  const names = localStorage.getItem(key)?.split(' ')
  if (names === undefined) return byDefault
  return columns.map(({ value }) => value).filter((value) => names.includes(value))
}
