import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Services } from '../../src/app/wire.ts'
import { wireImports } from '../../src/app/wiring/imports.ts'
import type { Clock } from '../../src/platform/kernel/clock.ts'

const map = {
  format: 'proxima-import-map/1',
  source: 'old-shop',
  variants: [{ name: 'people', key: 'id', fields: { username: 'name' } }],
}

/** Imports one person from a file. @returns what the audit trail must hold of it */
export async function importPerson(services: Services, clock: Clock) {
  const folder = await mkdtemp(join(tmpdir(), 'proxima-import-'))
  const [from, mapFile] = [join(folder, 'people.csv'), join(folder, 'map.json')]
  await writeFile(from, 'id,name\n1,imported')
  await writeFile(mapFile, JSON.stringify(map))
  const ignore = () => undefined
  const prepared = await wireImports(services, clock).prepare({
    from,
    map: mapFile,
    answers: new Map(),
    onProgress: ignore,
  })
  await prepared.write(ignore)
  prepared.close()
  await rm(folder, { recursive: true })
  const id = await services.externalIds.find(services.db, { source: 'old-shop', id: '1' })
  return { account_id: id, session_id: null }
}
