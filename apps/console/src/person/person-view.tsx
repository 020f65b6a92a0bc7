import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { hasCode } from '../api/failures.ts'
import { proxima } from '../api/proxima.ts'
import { useAdministrator } from '../app/administrator.tsx'
import { Icon } from '../kit/icon.tsx'
import { nameOf } from '../kit/person-parts.tsx'
import { Empty, FailedPart, SkeletonLines } from '../kit/states.tsx'
import { useTitle } from '../kit/use-title.ts'
import { PersonHeader } from './person-header.tsx'
import { PersonNotice } from './person-notice.tsx'
import { PersonTabs, tabs } from './person-tabs.tsx'

export function PersonView({ id, tab }: { readonly id: string; readonly tab: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['users', id],
    queryFn: ({ signal }) => proxima.users.get(id, { signal }),
  })
  useTitle(data === undefined ? 'Person' : nameOf(data))
  return (
    <>
      <Link className="back" href="/">
        <Icon name="back" />
        People
      </Link>
      {hasCode(error, 'not_found') ? (
        <NoPerson />
      ) : (
        error !== null && <FailedPart title="This person could not be loaded" error={error} retry={refetch} />
      )}
      {data && <Person person={data} tab={tab} />}
      {data === undefined && error === null && <SkeletonLines lines={8} />}
    </>
  )
}

function Person({
  person,
  tab,
}: {
  readonly person: Awaited<ReturnType<typeof proxima.users.get>>
  readonly tab: string
}) {
  const { may } = useAdministrator()
  const allowed = tabs.filter(({ permission }) => may(permission))
  const current = allowed.find(({ path }) => path === tab) ?? allowed[0]
  return (
    <>
      <PersonHeader person={person} />
      <PersonNotice person={person} />
      <PersonTabs person={person} tabs={allowed} current={current} />
      {current && <current.component person={person} />}
    </>
  )
}

function NoPerson() {
  return (
    <section className="card">
      <Empty icon="find" title="There is no such account">
        It may have been erased. Its events stay, without its name.
      </Empty>
    </section>
  )
}
