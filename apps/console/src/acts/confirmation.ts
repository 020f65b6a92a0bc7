import { useSyncExternalStore } from 'react'

type Answer = (isConfirmed: boolean) => void

let waiting: readonly Answer[] = []
const listeners = new Set<() => void>()

function set(next: readonly Answer[]): void {
  waiting = next
  for (const listener of listeners) listener()
}

/** Asks the administrator to confirm that it is them. @returns false if they did not */
export async function askForPassword(): Promise<boolean> {
  return await new Promise((resolve) => set([...waiting, resolve]))
}

/** Answers everything that waits for the same password. */
export function answerAll(isConfirmed: boolean): void {
  const answered = waiting
  set([])
  for (const answer of answered) answer(isConfirmed)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useIsAsked(): boolean {
  return useSyncExternalStore(subscribe, () => waiting.length > 0)
}
