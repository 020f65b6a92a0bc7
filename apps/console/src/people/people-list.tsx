import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { proxima } from '../api/proxima.ts'
import { useAdministrator } from '../app/administrator.tsx'
import { Icon } from '../kit/icon.tsx'
import { FailedPart, SkeletonLines } from '../kit/states.tsx'
import { usePages } from '../kit/use-pages.ts'
import { useTitle } from '../kit/use-title.ts'
import { BulkBar } from './bulk-bar.tsx'
import { usePickedColumns } from './columns.ts'
import { CreateDialog } from './create-dialog.tsx'
import { type PeopleFilter, queryOf, usePeopleFilter } from './filter.ts'
import { NoPeople } from './no-people.tsx'
import { PeopleFilters, PeopleTabs } from './people-filters.tsx'
import { PeoplePager } from './people-pager.tsx'
import { PeopleTable } from './people-table.tsx'
import { useSelection } from './selection.ts'

export function PeopleList() {
  useTitle('People')
  const { filter, change } = usePeopleFilter()
  const [columns, pickColumns] = usePickedColumns()
  return (
    <>
      <PeopleHeader />
      <PeopleTabs filter={filter} change={change} />
      <PeopleFilters filter={filter} change={change} columns={columns} pickColumns={pickColumns} />
      <section className="card" aria-label="People">
        <PeoplePage key={JSON.stringify(filter)} filter={filter} change={change} columns={columns} />
      </section>
    </>
  )
}

function PeopleHeader() {
  const { may } = useAdministrator()
  const [opened, setOpened] = useState<'invite' | 'create' | null>(null)
  return (
    <div className="bar between">
      <h1>People</h1>
      {may('users:write') && (
        <div className="bar">
          <button className="btn btn-secondary" type="button" onClick={() => setOpened('invite')}>
            <Icon name="mail" />
            Invite
          </button>
          <button className="btn btn-primary" type="button" onClick={() => setOpened('create')}>
            <Icon name="plus" />
            Create
          </button>
        </div>
      )}
      {opened && <CreateDialog invites={opened === 'invite'} close={() => setOpened(null)} />}
    </div>
  )
}

interface PeoplePageProps {
  readonly filter: PeopleFilter
  readonly change: (changes: Partial<PeopleFilter>) => void
  readonly columns: ReturnType<typeof usePickedColumns>[0]
}

/** One page of the list. It starts again when the filter changes. */
function PeoplePage({ filter, change, columns }: PeoplePageProps) {
  const pages = usePages()
  const query = { ...queryOf(filter), sort: filter.sort }
  const { data, error, refetch } = useQuery({
    queryKey: ['users', query, pages.cursor],
    queryFn: ({ signal }) => proxima.users.list(query, { signal }).page(pages.cursor),
  })
  const selection = useSelection(data?.data ?? [])
  if (error !== null) return <FailedPart title="People could not be loaded" error={error} retry={refetch} />
  if (data === undefined) return <SkeletonLines lines={8} />
  if (data.data.length === 0 && pages.number === 1 && data.next_cursor === null)
    return <NoPeople filter={filter} change={change} />
  return (
    <>
      {selection.count > 0 && <BulkBar selection={selection} filter={filter} />}
      <PeopleTable
        people={data.data}
        selection={selection}
        columns={columns}
        sort={filter.sort}
        change={change}
      />
      <PeoplePager filter={filter} pages={pages} shown={data.data.length} next={data.next_cursor} />
    </>
  )
}
