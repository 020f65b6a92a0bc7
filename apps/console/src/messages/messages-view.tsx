import { useQuery } from '@tanstack/react-query'
import { proxima } from '../api/proxima.ts'
import { PersonChip } from '../events/person-chip.tsx'
import { ChoiceChip } from '../kit/menu.tsx'
import { Pager } from '../kit/pager.tsx'
import { Empty, FailedPart, SkeletonLines } from '../kit/states.tsx'
import { usePages } from '../kit/use-pages.ts'
import { useTitle } from '../kit/use-title.ts'
import { countOf } from '../kit/words.ts'
import { channelOptions, type MessageFilter, queryOf, stateOptions, useMessageFilter } from './filter.ts'
import { MessagesTable } from './messages-table.tsx'

/** Mails and text messages, without their text. */
export function MessagesView() {
  useTitle('Messages')
  const { filter, change } = useMessageFilter()
  return (
    <>
      <h1>Messages</h1>
      <div className="bar">
        <ChoiceChip
          label="State"
          options={stateOptions}
          value={filter.state}
          choose={(state) => change({ state })}
        />
        <ChoiceChip
          label="How"
          options={channelOptions}
          value={filter.channel}
          choose={(channel) => change({ channel })}
        />
        {filter.user_id && (
          <PersonChip label="To" id={filter.user_id} remove={() => change({ user_id: null })} />
        )}
      </div>
      <section className="card" aria-label="Messages">
        <MessagesPage key={JSON.stringify(filter)} filter={filter} />
      </section>
    </>
  )
}

/** One page of the list. It starts again when the filter changes. */
function MessagesPage({ filter }: { readonly filter: MessageFilter }) {
  const pages = usePages()
  const query = queryOf(filter)
  const { data, error, refetch } = useQuery({
    queryKey: ['messages', query, pages.cursor],
    queryFn: ({ signal }) => proxima.messages.list({ ...query, limit: 30 }, { signal }).page(pages.cursor),
  })
  if (error !== null) return <FailedPart title="Messages could not be loaded" error={error} retry={refetch} />
  if (data === undefined) return <SkeletonLines lines={8} />
  if (data.data.length === 0 && pages.number === 1)
    return (
      <Empty icon="messages" title="No messages">
        {Object.keys(query).length > 0
          ? 'Remove a filter to see more.'
          : 'Codes and notices appear here. Messages are deleted some time after they were sent.'}
      </Empty>
    )
  return (
    <>
      <MessagesTable messages={data.data} showsRecipient={filter.user_id === null} />
      <Pager pages={pages} shown={countOf(data.data.length, 'message')} next={data.next_cursor} />
    </>
  )
}
