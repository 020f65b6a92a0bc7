import { actNow } from '../acts/act.ts'
import { proxima } from '../api/proxima.ts'
import { saveFile } from '../kit/save-file.ts'
import { type EventFilter, queryOf } from './filter.ts'

/** More would not fit into the memory of a page. A program can page through all of them. */
const exportedMax = 10_000

/** Saves the events that match as lines of JSON, newest first. */
export async function exportEvents(filter: EventFilter): Promise<void> {
  const save = async () => {
    const lines: string[] = []
    for await (const event of proxima.auditEvents.list({ ...queryOf(filter), limit: 100 })) {
      lines.push(JSON.stringify(event))
      if (lines.length === exportedMax) break
    }
    saveFile('events.jsonl', new Blob([lines.join('\n'), '\n'], { type: 'application/jsonl' }))
  }
  await actNow(save, { done: 'The file is saved. It has the newest 10,000 events at most' })
}
