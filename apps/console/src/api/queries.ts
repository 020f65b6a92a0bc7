import { QueryClient } from '@tanstack/react-query'

/** The client itself repeats what can be repeated, so a failure here is one to show. */
export const queries = new QueryClient({
  defaultOptions: { queries: { retry: false, staleTime: 5_000 } },
})
