import type { ManagedMessage } from '@proxima/client'
import { actNow } from '../acts/act.ts'
import { proxima } from '../api/proxima.ts'

export async function retry({ id }: ManagedMessage): Promise<void> {
  await actNow(() => proxima.messages.retry(id), { done: 'The message is sent again' })
}
