import { useState } from 'react'
import { useAdministrator } from '../app/administrator.tsx'
import { Icon } from '../kit/icon.tsx'
import { formatNumber } from '../kit/time.ts'
import { BulkDialog } from './bulk-dialog.tsx'
import type { PeopleFilter } from './filter.ts'
import { exportPeople } from './people-filters.tsx'
import type { Selection } from './selection.ts'
import { suspendChosen } from './user-job.ts'

interface BulkBarProps {
  readonly selection: Selection
  readonly filter: PeopleFilter
}

/** What to do with the people who are chosen. */
export function BulkBar({ selection, filter }: BulkBarProps) {
  const { may } = useAdministrator()
  const [opened, setOpened] = useState<'suspend' | 'add_role' | null>(null)
  const suspend = async () => {
    // Everyone who matches may be very many, so that asks. A few can be undone.
    if (selection.isAll) return setOpened('suspend')
    selection.clear()
    await suspendChosen(selection.people)
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: it is in the head of a table, not a part of the page
    <div className="bulk" role="region" aria-label="Chosen people">
      <b>{selection.isAll ? 'All that match are chosen' : `${formatNumber(selection.count)} chosen`}</b>
      {selection.isAll ? (
        <button className="link" type="button" onClick={selection.clear}>
          Choose no one
        </button>
      ) : (
        <button className="link" type="button" onClick={selection.chooseAll}>
          Choose all that match
        </button>
      )}
      {may('users:write') && may('roles:write') && (
        <button className="btn btn-secondary btn-s" type="button" onClick={() => setOpened('add_role')}>
          Add role
        </button>
      )}
      {may('users:export') && selection.isAll && (
        <button className="btn btn-secondary btn-s" type="button" onClick={() => void exportPeople(filter)}>
          <Icon name="download" />
          Export
        </button>
      )}
      {may('users:write') && (
        <button className="btn btn-danger btn-s" type="button" onClick={() => void suspend()}>
          <Icon name="suspend" />
          Suspend
        </button>
      )}
      {opened && (
        <BulkDialog action={opened} selection={selection} filter={filter} close={() => setOpened(null)} />
      )}
    </div>
  )
}
