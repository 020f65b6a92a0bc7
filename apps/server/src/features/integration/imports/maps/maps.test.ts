import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Failure } from '../../../../platform/kernel/failures.ts'
import { chooseVariant } from './choose-variant.ts'
import { loadMap, parseMap } from './load-map.ts'
import { readyMadeNames } from './ready-made.ts'

const map = {
  format: 'proxima-import-map/1',
  source: 'old-shop',
  variants: [{ name: 'users', table: 'users', key: 'id', fields: { email: 'mail' } }],
}

function faultsIn(value: unknown) {
  try {
    parseMap(value)
    return []
  } catch (error) {
    return (error as Failure).errors.map(({ pointer, code }) => `${pointer} ${code}`)
  }
}

it.each(readyMadeNames)('the map %s is valid', async (name) => {
  expect((await loadMap(name)).source).toMatch(/^[a-z0-9-]+$/)
})

it('names every member that is wrong', () => {
  const variant = { ...map.variants[0], key: 7, fields: { email: { colum: 'mail' } } }
  expect(faultsIn({ ...map, format: 'other', variants: [variant], extra: 1 })).toEqual([
    ' unknown_member',
    '/format value_invalid',
    '/variants/0/key value_invalid',
    '/variants/0/fields/email unknown_member',
  ])
  expect(faultsIn([])).toEqual([' value_invalid'])
  expect(faultsIn(map)).toEqual([])
})

it('is read from a file, and refused if that is missing or no JSON', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'proxima-map-'))
  const path = join(folder, 'map.json')
  await writeFile(path, JSON.stringify(map))
  expect(await loadMap(path)).toEqual(map)
  await writeFile(path, '{"format": secret}')
  await expect(loadMap(path)).rejects.toMatchObject({ problem: { code: 'map_invalid' } })
  await expect(loadMap('no-such-map')).rejects.toThrow('session-code')
  await rm(folder, { recursive: true })
})

it('chooses the generation by the columns, and says why none fits', async () => {
  const secrets = await loadMap('user-secret')
  const choose = (...columns: string[]) => chooseVariant(secrets, async () => columns)
  expect(await choose('id', 'username', 'key_id', 'user_secret')).toMatchObject({ name: 'with key_id' })
  expect(await choose('id', 'username', 'user_secret')).toMatchObject({ name: 'without key_id' })
  await expect(choose('id', 'name')).rejects.toThrow('"with key_id": the source has no column "username"')
  await expect(choose()).rejects.toMatchObject({ problem: { code: 'map_unfit' } })
})
