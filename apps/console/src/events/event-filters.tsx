import { useState } from 'react'
import { Dialog } from '../kit/dialog.tsx'
import { Field, FormActions, textOf, useForm } from '../kit/form.tsx'
import { Icon } from '../kit/icon.tsx'
import { ChoiceChip } from '../kit/menu.tsx'
import { SetChip } from '../kit/set-chip.tsx'
import { formatShort } from '../kit/time.ts'
import { wordsOf } from '../kit/words.ts'
import { actionOptions, outcomeOptions } from './event-text.ts'
import { type EventFilter, meaningOf, type useEventFilter } from './filter.ts'
import { PersonChip } from './person-chip.tsx'

interface EventFiltersProps {
  readonly filter: EventFilter
  readonly change: ReturnType<typeof useEventFilter>['change']
}

export function EventFilters({ filter, change }: EventFiltersProps) {
  return (
    <div className="bar">
      <EventSearch change={change} />
      <TimeChip filter={filter} change={change} />
      <ChoiceChip
        label="What"
        options={actionOptions}
        value={filter.action ?? null}
        choose={(action) => change({ action })}
      />
      <ChoiceChip
        label="Outcome"
        options={outcomeOptions}
        value={filter.outcome ?? null}
        choose={(outcome) => change({ outcome })}
      />
      {filter.account_id && (
        <PersonChip label="About" id={filter.account_id} remove={() => change({ account_id: null })} />
      )}
      {filter.actor_id && (
        <PersonChip label="By" id={filter.actor_id} remove={() => change({ actor_id: null })} />
      )}
      {filter.reason && (
        <SetChip text={`Why: ${wordsOf(filter.reason)}`} remove={() => change({ reason: null })} />
      )}
      {filter.request_id && (
        <SetChip text={`Request ${filter.request_id}`} remove={() => change({ request_id: null })} />
      )}
      {filter.ip_address && (
        <SetChip text={`From ${filter.ip_address}`} remove={() => change({ ip_address: null })} />
      )}
    </div>
  )
}

function EventSearch({ change }: Pick<EventFiltersProps, 'change'>) {
  const [text, setText] = useState('')
  const [isUnknown, setUnknown] = useState(false)
  const find = () => {
    const meaning = meaningOf(text.trim())
    setUnknown(meaning === null && text.trim() !== '')
    if (meaning === null) return
    change(meaning)
    setText('')
  }
  return (
    <form
      className="find"
      onSubmit={(event) => {
        event.preventDefault()
        find()
      }}
    >
      <Icon name="find" />
      <input
        className="input"
        type="search"
        aria-label="Search events"
        placeholder="Address or request ID"
        value={text}
        aria-invalid={isUnknown}
        onChange={(event) => setText(event.target.value)}
      />
      {isUnknown && (
        <p className="error" role="alert">
          Type a whole address, or the ID of a request. To find a person, open their page.
        </p>
      )}
    </form>
  )
}

function TimeChip({ filter: { from, to }, change }: EventFiltersProps) {
  const [isOpen, setOpen] = useState(false)
  if (from !== undefined || to !== undefined) {
    const [start, end] = [from && formatShort(from, true), to && formatShort(to, true)]
    return (
      <SetChip
        text={start && end ? `${start} to ${end}` : start ? `Since ${start}` : `Until ${end}`}
        remove={() => change({ from: null, to: null })}
      />
    )
  }
  return (
    <>
      <button className="chip" type="button" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        Time
        <Icon name="down" />
      </button>
      {isOpen && <TimeDialog change={change} close={() => setOpen(false)} />}
    </>
  )
}

function TimeDialog({ change, close }: Pick<EventFiltersProps, 'change'> & { readonly close: () => void }) {
  const form = useForm(async (fields) => {
    const [from, to] = [textOf(fields, 'from'), textOf(fields, 'to')]
    change({ from: from ? new Date(from).toISOString() : null, to: to ? new Date(to).toISOString() : null })
    close()
  })
  return (
    <Dialog
      title="When"
      description="In the time of your device. Leave one empty for no limit."
      close={close}
    >
      <form className="stack" onSubmit={form.onSubmit}>
        <Field label="From" name="from" type="datetime-local" isOptional />
        <Field label="To" name="to" type="datetime-local" isOptional />
        <FormActions isBusy={form.isBusy} busyText="Showing…" close={close}>
          Show
        </FormActions>
      </form>
    </Dialog>
  )
}
