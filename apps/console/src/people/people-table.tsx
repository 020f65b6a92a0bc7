import type { ManagedUser } from '@proxima/client'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { Icon } from '../kit/icon.tsx'
import { Avatar, nameOf, RoleBadges, StateBadge } from '../kit/person-parts.tsx'
import { ScrollBox } from '../kit/scroll-box.tsx'
import { formatDate } from '../kit/time.ts'
import { columns as allColumns, type Column } from './columns.ts'
import type { PeopleFilter } from './filter.ts'
import type { Selection } from './selection.ts'

interface TableProps {
  readonly people: readonly ManagedUser[]
  readonly selection: Selection
  readonly columns: readonly Column[]
  readonly sort: PeopleFilter['sort']
  readonly change: (changes: Partial<PeopleFilter>) => void
}

/** A phone shows who it is and in which state, and leaves out the rest. */
export function PeopleTable({ people, selection, columns, sort, change }: TableProps) {
  return (
    <ScrollBox label="List of people">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">
              <input
                type="checkbox"
                aria-label="Choose all on this page"
                checked={selection.isWholePage}
                onChange={selection.togglePage}
              />
            </th>
            <th scope="col">Person</th>
            {columns.map((column) => (
              <HeadCell key={column} column={column} sort={sort} change={change} />
            ))}
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <Row key={person.id} person={person} selection={selection} columns={columns} />
          ))}
        </tbody>
      </table>
    </ScrollBox>
  )
}

type HeadCellProps = Pick<TableProps, 'sort' | 'change'> & { readonly column: Column }

function HeadCell({ column, sort, change }: HeadCellProps) {
  const text = allColumns.find(({ value }) => value === column)?.text
  if (column !== 'joined')
    return (
      <th scope="col" className={widthOf(column)}>
        {text}
      </th>
    )
  const isDescending = sort === '-created_at'
  return (
    <th scope="col" className="wide" aria-sort={isDescending ? 'descending' : 'ascending'}>
      <button
        className="sort"
        type="button"
        onClick={() => change({ sort: isDescending ? 'created_at' : '-created_at' })}
      >
        {text}
        <Icon name={isDescending ? 'down' : 'up'} />
      </button>
    </th>
  )
}

function Row({
  person,
  selection,
  columns,
}: Pick<TableProps, 'selection' | 'columns'> & { readonly person: ManagedUser }) {
  const isPicked = selection.has(person)
  const name = nameOf(person)
  const note = person.email ?? person.phone_number
  return (
    <tr className={isPicked ? 'picked' : ''}>
      <td>
        <input
          type="checkbox"
          aria-label={`Choose ${name}`}
          checked={isPicked}
          onChange={() => selection.toggle(person)}
        />
      </td>
      <th scope="row">
        <span className="cell">
          <Avatar person={person} />
          <span className="row-main">
            <Link href={`/${person.id}`}>
              <bdi>{name}</bdi>
            </Link>
            {note && note !== name && (
              <span className="row-note">
                <bdi>{note}</bdi>
              </span>
            )}
          </span>
        </span>
      </th>
      {columns.map((column) => (
        <td key={column} className={widthOf(column)}>
          {cells[column](person)}
        </td>
      ))}
    </tr>
  )
}

function widthOf(column: Column): string {
  return column === 'state' ? '' : 'wide'
}

const cells: Readonly<Record<Column, (person: ManagedUser) => ReactNode>> = {
  username: ({ username }) => <bdi>{username ?? '–'}</bdi>,
  state: (person) => <StateBadge person={person} />,
  roles: ({ roles }) => <RoleBadges roles={roles} />,
  phone: ({ phone_number }) => <span className="ltr keep">{phone_number ?? '–'}</span>,
  locale: ({ locale }) => locale ?? '–',
  joined: ({ created_at }) => <span className="keep num">{formatDate(created_at)}</span>,
}
