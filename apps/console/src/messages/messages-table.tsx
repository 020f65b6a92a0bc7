import type { ManagedMessage } from '@proxima/client'
import { useAdministrator } from '../app/administrator.tsx'
import { AccountName } from '../events/account-name.tsx'
import { ScrollBox } from '../kit/scroll-box.tsx'
import { formatMoment } from '../kit/time.ts'
import { wordsOf } from '../kit/words.ts'
import { channelOptions } from './filter.ts'
import { MessageState } from './message-state.tsx'
import { retry } from './retry.ts'

interface MessagesTableProps {
  readonly messages: readonly ManagedMessage[]
  /** False on the page of a person, where each message is to that person. */
  readonly showsRecipient: boolean
}

export function MessagesTable({ messages, showsRecipient }: MessagesTableProps) {
  return (
    <ScrollBox label="List of messages">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Message</th>
            {showsRecipient && <th scope="col">To</th>}
            <th scope="col" className="wide">
              How
            </th>
            <th scope="col">State</th>
            <th scope="col">
              <span className="sr">Act</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {messages.map((message) => (
            <MessageRow key={message.id} message={message} showsRecipient={showsRecipient} />
          ))}
        </tbody>
      </table>
    </ScrollBox>
  )
}

function MessageRow({
  message,
  showsRecipient,
}: Pick<MessagesTableProps, 'showsRecipient'> & { readonly message: ManagedMessage }) {
  const { may } = useAdministrator()
  return (
    <tr>
      <th scope="row">
        {wordsOf(message.template)}
        <span className="row-note num"> {formatMoment(message.created_at)}</span>
      </th>
      {showsRecipient && (
        <td>
          <AccountName id={message.user_id} none="No account" isLink />
        </td>
      )}
      <td className="wide">{channelOptions.find(({ value }) => value === message.channel)?.text}</td>
      <td>
        <MessageState message={message} />
      </td>
      <td className="n">
        {message.can_retry && may('messages:write') && (
          <button className="btn btn-secondary btn-s" type="button" onClick={() => void retry(message)}>
            Send again
          </button>
        )}
      </td>
    </tr>
  )
}
