import { useQuery } from '@tanstack/react-query'
import { proxima } from '../api/proxima.ts'
import { Pager } from '../kit/pager.tsx'
import { formatNumber } from '../kit/time.ts'
import type { Pages } from '../kit/use-pages.ts'
import { type PeopleFilter, queryOf } from './filter.ts'

interface PagerProps {
  readonly filter: PeopleFilter
  readonly pages: Pages
  readonly shown: number
  readonly next: string | null
}

/** Which way leads to newer accounts depends on the order. */
export function PeoplePager({ filter, pages, shown, next }: PagerProps) {
  const total = useTotal(filter)
  return (
    <Pager
      pages={pages}
      shown={`${formatNumber(shown)} ${total === null ? 'people' : `of ${total} people`}`}
      next={next}
      labels={filter.sort === '-created_at' ? ['Newer', 'Older'] : ['Older', 'Newer']}
    />
  )
}

/** How many match, in words; null until it is known. */
function useTotal(filter: PeopleFilter): string | null {
  const query = queryOf(filter)
  const { data } = useQuery({
    queryKey: ['users', 'count', query],
    queryFn: ({ signal }) => proxima.users.count(query, { signal }),
  })
  if (data === undefined) return null
  return data.is_exact ? formatNumber(data.count) : `more than ${formatNumber(data.count)}`
}
