import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkLanguages } from '../../app/doctor/languages.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'proxima-doctor-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

it('doctor finds nothing wrong if there is no folder for language files', () => {
  expect(checkLanguages({ dataDir, locale: 'en' })).toEqual([])
})

it('doctor reports a folder for language files that cannot be read, as the start does', () => {
  writeFileSync(join(dataDir, 'locales'), 'not a folder')
  expect(checkLanguages({ dataDir, locale: 'en' })).toEqual([
    expect.objectContaining({
      severity: 'error',
      code: 'language_refused',
      summary: expect.stringContaining(`${join(dataDir, 'locales')} for language files cannot be read`),
    }),
  ])
})
