import type { ManagedMessage } from '@proxima/client'
import { formatAgo, formatDateTime } from '../kit/time.ts'
import { wordsOf } from '../kit/words.ts'

const badges = {
  waiting: { text: 'Waiting', className: 'badge badge-brand' },
  sent: { text: 'Sent', className: 'badge badge-ok' },
  given_up: { text: 'Given up', className: 'badge badge-bad' },
} as const

/** Whether the message was sent, and if it was not, what went wrong and what comes next. */
export function MessageState({ message }: { readonly message: ManagedMessage }) {
  const { text, className } = badges[message.state]
  const note = noteOf(message)
  return (
    <>
      <span className={className}>{text}</span>
      {note && <span className="row-note"> {note}</span>}
    </>
  )
}

function noteOf({ state, attempts, error, next_attempt_at }: ManagedMessage): string {
  if (state === 'sent' || attempts === 0) return ''
  const tries = attempts === 1 ? '1 try' : `${attempts} tries`
  const next = next_attempt_at === null ? '' : `, next one ${momentOf(next_attempt_at)}`
  return `${error === null ? '' : `${wordsOf(error)}. `}${tries}${next}`
}

function momentOf(time: string): string {
  return Date.parse(time) > Date.now() ? formatDateTime(time) : formatAgo(time).toLowerCase()
}
