import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The first line of an export, as this version writes it. */
export const exportHeader = {
  type: 'header',
  format: 'proxima-export',
  version: 1,
  exported_at: '2026-01-31T12:00:00.000Z',
  secret_id: 'of no secret',
  sessions: false,
}

/** Runs `work` with a file that has these lines. A text is written as it is. */
export async function withExportFile<T>(
  lines: readonly (object | string)[],
  work: (file: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'proxima-test-'))
  try {
    const file = join(folder, 'export.jsonl')
    const texts = lines.map((line) => (typeof line === 'string' ? line : `${JSON.stringify(line)}\n`))
    await writeFile(file, texts.join(''))
    return await work(file)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
