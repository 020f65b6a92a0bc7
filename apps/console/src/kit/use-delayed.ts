import { useEffect, useState } from 'react'

/** The value, once it has not changed for a moment: a search does not ask the server at each letter. */
export function useDelayed<T>(value: T, delayMs = 200): T {
  const [delayed, setDelayed] = useState(value)
  useEffect(() => {
    const timer = setTimeout(() => setDelayed(value), delayMs)
    return () => clearTimeout(timer)
  }, [value, delayMs])
  return delayed
}
