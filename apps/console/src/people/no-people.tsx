import { Empty } from '../kit/states.tsx'
import { everyone, isFiltered, type PeopleFilter, statuses } from './filter.ts'

interface NoPeopleProps {
  readonly filter: PeopleFilter
  readonly change: (changes: Partial<PeopleFilter>) => void
}

export function NoPeople({ filter, change }: NoPeopleProps) {
  if (!isFiltered(filter))
    return (
      <Empty icon="people" title="There are no people yet">
        Create the first account, or invite someone.
      </Empty>
    )
  const action = (
    <>
      {filter.q !== '' && (
        <button
          className="btn btn-secondary"
          type="button"
          onClick={() => change({ ...everyone, q: filter.q })}
        >
          Search everyone
        </button>
      )}
      <button className="btn btn-quiet" type="button" onClick={() => change(everyone)}>
        Clear
      </button>
    </>
  )
  return (
    <Empty
      icon="find"
      title={filter.q === '' ? 'No one matches' : `No one matches “${filter.q}”`}
      action={action}
    >
      {amongText(filter)} Search looks at the start of names, usernames, emails and phones.
    </Empty>
  )
}

/** Which filters are on, in words. */
function amongText({ status, role, verified }: PeopleFilter): string {
  const parts = [
    status && `are ${statuses.find(({ value }) => value === status)?.text.toLowerCase()}`,
    role && `have the role ${role}`,
    verified && (verified === 'true' ? 'are verified' : 'are not verified'),
  ].filter(Boolean)
  return parts.length === 0 ? '' : `Among people who ${parts.join(' and ')}.`
}
