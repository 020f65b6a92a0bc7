import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { proxima } from '../api/proxima.ts'
import { useSignInStatus, useUserId } from '../api/session.ts'
import { FailedPart } from '../kit/states.tsx'
import { SignIn } from './sign-in.tsx'

/**
 * Shows the console to someone who is signed in. If the session ends later, the console stays, with what was typed in
 * it; if someone else signs in, it starts again.
 */
export function Gate({ children }: { readonly children: ReactNode }) {
  const status = useSignInStatus()
  const userId = useUserId()
  const [error, setError] = useState<unknown>(null)
  const lastUser = useRef<string | null>(null)
  if (userId !== null) lastUser.current = userId
  const load = useCallback(() => {
    setError(null)
    proxima.session.load().catch(setError)
  }, [])
  useEffect(load, [load])
  if (error !== null)
    return (
      <main className="work">
        <FailedPart title="The console could not be opened" error={error} retry={load} />
      </main>
    )
  if (status === 'unknown') return null
  if (lastUser.current === null) return <SignIn />
  return (
    <div className="contents" key={lastUser.current}>
      {children}
    </div>
  )
}
