import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { actNow } from '../acts/act.ts'
import { proxima } from '../api/proxima.ts'
import { useAdministrator } from '../app/administrator.tsx'
import { Icon } from '../kit/icon.tsx'
import { ChoiceChip, ColumnsMenu } from '../kit/menu.tsx'
import { saveFile } from '../kit/save-file.ts'
import { useDelayed } from '../kit/use-delayed.ts'
import { columns as allColumns, type Column } from './columns.ts'
import { everyone, type PeopleFilter, queryOf, statuses } from './filter.ts'

interface FilterProps {
  readonly filter: PeopleFilter
  readonly change: (changes: Partial<PeopleFilter>) => void
}

const tabs: readonly { readonly text: string; readonly filter: Partial<PeopleFilter> }[] = [
  { text: 'All', filter: {} },
  { text: 'Not verified', filter: { verified: 'false' } },
  { text: 'Suspended', filter: { status: 'suspended' } },
  { text: 'Administrators', filter: { role: 'admin' } },
]

/** Filters that are often needed. */
export function PeopleTabs({ filter, change }: FilterProps) {
  const { status, role, verified } = filter
  const current = JSON.stringify({ status, role, verified })
  return (
    <nav className="tabs" aria-label="Views">
      {tabs.map((tab) => {
        const { status, role, verified } = { ...everyone, ...tab.filter }
        const isCurrent = JSON.stringify({ status, role, verified }) === current
        return (
          <button
            key={tab.text}
            type="button"
            className="tab"
            {...(isCurrent && { 'aria-current': 'true' as const })}
            onClick={() => change({ status, role, verified })}
          >
            {tab.text}
          </button>
        )
      })}
    </nav>
  )
}

interface FiltersProps extends FilterProps {
  readonly columns: readonly Column[]
  readonly pickColumns: (columns: readonly Column[]) => void
}

export function PeopleFilters({ filter, change, columns, pickColumns }: FiltersProps) {
  const { may } = useAdministrator()
  const { data: roles = [] } = useQuery({
    queryKey: ['roles', 'names'],
    queryFn: async ({ signal }) => (await proxima.roles.list({ limit: 100 }, { signal }).page()).data,
    enabled: may('roles:read'),
  })
  const roleOptions = roles.map(({ name }) => ({ value: name, text: name }))
  return (
    <div className="bar">
      <PeopleSearch q={filter.q} change={change} />
      <ChoiceChip
        label="State"
        options={statuses}
        value={filter.status}
        choose={(status) => change({ status })}
      />
      {(roleOptions.length > 0 || filter.role !== null) && (
        <ChoiceChip
          label="Role"
          options={roleOptions}
          value={filter.role}
          choose={(role) => change({ role })}
        />
      )}
      <ChoiceChip
        label="Verified"
        options={verifiedOptions}
        value={filter.verified}
        choose={(verified) => change({ verified })}
      />
      <ColumnsMenu options={allColumns} chosen={columns} choose={pickColumns} />
      {may('users:export') && (
        <button className="btn btn-quiet bars-wide" type="button" onClick={() => void exportPeople(filter)}>
          <Icon name="download" />
          Export
        </button>
      )}
    </div>
  )
}

const verifiedOptions = [
  { value: 'true', text: 'Yes' },
  { value: 'false', text: 'No' },
] as const

/** Saves everyone who matches as a file. */
export async function exportPeople(filter: PeopleFilter): Promise<void> {
  const save = async () => saveFile('people.csv', await proxima.users.exportCsv(queryOf(filter)))
  await actNow(save, { done: 'The file is saved' })
}

/** Searches as one types. The address follows a moment later. */
function PeopleSearch({ q, change }: { readonly q: string; readonly change: FilterProps['change'] }) {
  const [text, setText] = useState(q)
  const delayed = useDelayed(text)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed changes the filter
  useEffect(() => {
    if (delayed !== q) change({ q: delayed })
  }, [delayed])
  useEffect(() => setText(q), [q])
  return (
    <search className="find">
      <Icon name="find" />
      <input
        className="input"
        type="search"
        aria-label="Search people"
        placeholder="Name, username, email or phone"
        maxLength={400}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </search>
  )
}
