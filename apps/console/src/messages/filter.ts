import type { ListMessagesQuery } from '@proxima/client'
import { useSearchParams } from 'wouter'

/** Which messages to show. All of it is in the address. */
export interface MessageFilter {
  readonly state: NonNullable<ListMessagesQuery['state']> | null
  readonly channel: NonNullable<ListMessagesQuery['channel']> | null
  readonly user_id: string | null
}

export const stateOptions = [
  { value: 'waiting', text: 'Waiting' },
  { value: 'sent', text: 'Sent' },
  { value: 'given_up', text: 'Given up' },
] as const

export const channelOptions = [
  { value: 'mail', text: 'Mail' },
  { value: 'sms', text: 'Text' },
] as const

export function useMessageFilter() {
  const [params, setParams] = useSearchParams()
  const filter: MessageFilter = {
    state: valueIn(stateOptions, params.get('state')),
    channel: valueIn(channelOptions, params.get('channel')),
    user_id: params.get('user_id'),
  }
  const change = (changes: Partial<MessageFilter>) => setParams(paramsOf({ ...filter, ...changes }))
  return { filter, change }
}

/** The filter, as the API takes it. */
export function queryOf({ state, channel, user_id }: MessageFilter): ListMessagesQuery {
  return { ...(state && { state }), ...(channel && { channel }), ...(user_id && { user_id }) }
}

function paramsOf(filter: MessageFilter): URLSearchParams {
  const given = Object.entries(filter).filter((pair): pair is [string, string] => Boolean(pair[1]))
  return new URLSearchParams(given)
}

function valueIn<T extends string>(options: readonly { readonly value: T }[], text: string | null): T | null {
  return options.find(({ value }) => value === text)?.value ?? null
}
