import { useSyncExternalStore } from 'react'
import { proxima } from './proxima.ts'

const { session } = proxima
const subscribe = (listener: () => void) => session.onChange(listener)

/** Whether someone is signed in, in any tab. */
export function useSignInStatus() {
  return useSyncExternalStore(subscribe, () => session.status)
}

export function useUserId(): string | null {
  return useSyncExternalStore(subscribe, () => session.userId)
}
