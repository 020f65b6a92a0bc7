import type { OnProgress } from '../model.ts'
import type { StagedRow } from '../staging/model.ts'
import type { StagingRepository } from '../staging/repository.ts'
import type { PlannedAccount } from './plan.ts'
import type { ImportJob, ImportWriter, Written } from './service.ts'

const batchAccounts = 500

const takenMeanwhile = {
  code: 'taken',
  detail:
    'Someone has taken the username, the email address, the phone number or the secret in the meantime, or can get it back. Run the command again; it then asks.',
}
const accountGone = { code: 'account_gone', detail: 'The account is no longer there. Run the command again.' }

/** Writes all rows that are to be imported, batch by batch. */
export async function writeStaged(
  writer: ImportWriter,
  job: ImportJob,
  { onProgress, staging }: { readonly staging: StagingRepository; readonly onProgress: OnProgress },
): Promise<void> {
  const total = staging.count()['created'] ?? 0
  let done = 0
  for (let after = 0; ; ) {
    const rows = staging.next('created', after, batchAccounts)
    const written = await writer.create(
      job,
      rows.map((row) => planOf(row, staging)),
    )
    for (const each of written) keepNotes(each, staging)
    done += rows.length
    onProgress({ phase: 'writing', done, total })
    after = rows.at(-1)?.position ?? after
    if (rows.length < batchAccounts) break
  }
  await linkAll(writer, job, staging)
}

async function linkAll(writer: ImportWriter, job: ImportJob, staging: StagingRepository): Promise<void> {
  for (let after = 0; ; ) {
    const rows = staging.next('linked', after, batchAccounts)
    for (const { accountId, key, position } of rows) {
      const isLinked =
        accountId !== null && key !== null && (await writer.link(job, { position, keys: [key], accountId }))
      if (!isLinked) staging.change(position, { outcome: 'refused', refusal: accountGone })
    }
    after = rows.at(-1)?.position ?? after
    if (rows.length < batchAccounts) return
  }
}

function planOf(row: StagedRow, staging: StagingRepository): PlannedAccount {
  const { candidate, position } = row
  if (candidate === null) throw new RangeError(`row ${position} has no candidate`)
  const rows = [row, ...staging.mergedInto(position)]
  const withPicture = rows.find((each) => each.candidate?.hasPicture === true)
  return {
    position,
    keys: rows.flatMap(({ key }) => (key === null ? [] : [key])),
    candidate,
    isRenamed: rows.some(({ notes }) => notes.some(({ change }) => change === 'renamed')),
    picturePosition: withPicture?.position ?? null,
  }
}

function keepNotes({ notes, outcome, position }: Written, staging: StagingRepository): void {
  for (const each of notes) staging.note(position, each)
  if (outcome === 'known') staging.change(position, { outcome: 'known' })
  if (outcome !== 'taken') return
  for (const { position: each } of [{ position }, ...staging.mergedInto(position)])
    staging.change(each, { outcome: 'refused', refusal: takenMeanwhile })
}
