/** The other tabs of the same origin that use the same session. */
export interface Tabs<Message> {
  /** Has no effect after `close`. */
  send(message: Message): void
  close(): void
}

/** The part of the browser that is used, because React Native and old browsers have less. */
interface Platform {
  readonly BroadcastChannel?: new (name: string) => Channel
  addEventListener?(type: 'storage', listener: (event: { readonly key: string | null }) => void): void
  removeEventListener?(type: 'storage', listener: (event: { readonly key: string | null }) => void): void
}

interface Channel {
  onmessage: ((event: { readonly data: never }) => void) | null
  postMessage(message: unknown): void
  close(): void
  /** Only in Node, where an open channel would keep the process alive. */
  unref?(): void
}

/**
 * Listens to both, because neither is enough: messages also reach tabs with a storage of their own, but may arrive before
 * the change of `localStorage` to which they refer. A storage event arrives with the change.
 * @param receive gets null if something has changed, and only the storage says what
 */
export function openTabs<Message>(name: string, receive: (message: Message | null) => void): Tabs<Message> {
  const platform = globalThis as unknown as Platform
  const listener = ({ key }: { readonly key: string | null }) => {
    if (key === name || key === null) receive(null)
  }
  platform.addEventListener?.('storage', listener)
  let channel: Channel | null = null
  if (platform.BroadcastChannel !== undefined) {
    channel = new platform.BroadcastChannel(name)
    channel.onmessage = ({ data }) => receive(data)
    channel.unref?.()
  }
  return {
    send: (message) => channel?.postMessage(message),
    close: () => {
      platform.removeEventListener?.('storage', listener)
      channel?.close()
      channel = null
    },
  }
}
