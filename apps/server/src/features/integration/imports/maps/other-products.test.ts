import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { productFixtures, writeProduct } from '../../../../../tests/support/other-products.ts'
import { readImportedHash } from '../../../../platform/crypto/imported-hash.ts'
import type { UserRow } from '../model.ts'
import { openSource } from '../sources/open-source.ts'
import { chooseVariant } from './choose-variant.ts'
import { loadMap } from './load-map.ts'

describe('the map of another product', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proxima-map-'))
  })
  afterEach(async () => await rm(folder, { recursive: true, force: true }))

  it.each(productFixtures.map((fixture) => [fixture.map, fixture.variant, fixture] as const))(
    '%s fits what that product stores or exports (%s)',
    async (name, wanted, fixture) => {
      const map = await loadMap(name)
      const source = await openSource(await writeProduct(folder, fixture))
      try {
        const variant = await chooseVariant(map, (each) => source.columnsOf(each))
        expect(variant.name).toBe(wanted)
        const users: UserRow[] = []
        for await (const user of source.users(variant)) users.push(user)
        expect(users).toHaveLength(1)
        expect(JSON.stringify(users)).toContain('amina@example.org')
      } finally {
        await source.close()
      }
    },
  )

  it('reads hashes that can be imported', () => {
    const hashes = productFixtures.filter(({ map }) => map !== 'firebase').map(({ hash }) => hash)
    for (const hash of hashes)
      if (hash !== null) expect(readImportedHash(hash).kind, hash).not.toBe('refused')
  })
})
