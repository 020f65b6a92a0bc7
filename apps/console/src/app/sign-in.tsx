import { useEffect } from 'react'

/** Leads to the page where everyone signs in, and from there back to here. */
export function SignIn() {
  useEffect(() => {
    const here = location.pathname + location.search
    location.assign(`/sign-in?return_to=${encodeURIComponent(here)}`)
  }, [])
  return null
}
