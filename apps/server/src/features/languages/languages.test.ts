import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError } from '../../platform/config/config-error.ts'
import { readLanguageFile } from './language-file.ts'
import { builtIn, Languages, readLanguages } from './service.ts'

describe.each(Object.entries(builtIn))('the language %s', (tag, sentences) => {
  it('has every sentence, each with the words of the English one, and nothing else', () => {
    expect(readLanguageFile(JSON.stringify(sentences))).toMatchObject({ missing: [], problems: [] })
  })

  it('has a sentence of its own wherever it is not English', () => {
    const all = Object.values(sentences).flatMap((group) => Object.values(group))
    const english = new Set(Object.values(builtIn.en).flatMap((group) => Object.values<string>(group)))
    expect(tag === 'en' || !all.some((sentence) => english.has(sentence))).toBe(true)
  })

  it('writes times in its own words, in UTC', () => {
    const text = new Languages({ default: tag }).for(null).time(new Date('2026-11-28T09:04:59.999Z'))
    expect(text).toMatch(/UTC$/)
    expect(text.normalize('NFKC')).toMatch(/2026|২০২৬/)
  })
})

it('the language of a message is the one that its recipient has chosen, then the default, then English', () => {
  const languages = new Languages({ default: 'sw' })
  const chosen = ['ro-MD', 'bn', 'ar-JO', 'de', null].map((wanted) => languages.for(wanted).tag)
  expect(chosen).toEqual(['ro', 'bn', 'ar', 'sw', 'sw'])
})

describe('a language file of the operator', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'proxima-locales-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  function write(name: string, content: unknown): void {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content))
  }

  function problemsWith(name: string, content: unknown, locale = 'en'): readonly string[] {
    write(name, content)
    return problemsIn(folder, locale)
  }

  function problemsIn(path: string, locale = 'en'): readonly string[] {
    try {
      readLanguages({ folder: path, locale })
      return []
    } catch (error) {
      if (error instanceof ConfigError) return error.problems
      throw error
    }
  }

  it('adds a language; what it lacks is in English', () => {
    write('rw.json', { password_changed: { subject: 'Ijambobanga rya {service} ryahindutse' } })
    const say = readLanguages({ folder, locale: 'rw' })
      .for('rw-RW')
      .sentences('password_changed', { service: 'Duka' })
    expect(say('subject')).toBe('Ijambobanga rya Duka ryahindutse')
    expect(say('what_happened')).toMatch(/^The password of your Duka account/)
  })

  it('changes sentences of a language that Proxima speaks, or of a variety of it', () => {
    write('fr.json', { common: { unknown_device: 'on ne sait pas' } })
    write('fr-CA.json', { common: { when: 'À :' } })
    const languages = readLanguages({ folder, locale: 'en' })
    expect(languages.for('fr').sentences('common')('unknown_device')).toBe('on ne sait pas')
    const say = languages.for('fr-CA').sentences('common')
    expect([say('when'), say('device')]).toEqual(['À :', builtIn.fr.common.device])
  })

  it.each([
    ['that is no JSON', 'rw.json', '{"common": ', 'cannot be read'],
    ['that is a list', 'rw.json', '[]', 'not a JSON object'],
    ['with a sentence twice', 'rw.json', '{"common": {"when": "a", "when": "b"}}', 'twice'],
    ['with an unknown sentence', 'rw.json', { common: { whem: 'a' } }, '"common.whem"'],
    ['with an unknown group', 'rw.json', { comon: { when: 'a' } }, '"comon.when"'],
    ['with an inherited name', 'rw.json', { constructor: { name: 'a' } }, '"constructor.name"'],
    ['with a text in place of a group', 'rw.json', { common: 'a' }, '"common"'],
    ['with an empty sentence', 'rw.json', { common: { when: ' ' } }, 'no text at "common.when"'],
    ['with a number', 'rw.json', { common: { when: 1 } }, 'no text at "common.when"'],
    ['without a word', 'rw.json', { password_changed: { subject: 'a' } }, 'must name {service}'],
    ['with a word of its own', 'rw.json', { common: { when: '{date}' } }, 'must name no words in braces'],
    ['with a line end', 'rw.json', { common: { when: 'a\nBcc: b' } }, 'control character'],
    ['with a name that is no language', 'kinyarwanda_1.json', {}, 'must be named after its language'],
    ['with a name in another spelling', 'pt-br.json', {}, 'must be named after its language'],
  ])('%s is refused', (_case, name, content, reason) => {
    const [problem = '', ...more] = problemsWith(name, content)
    expect(problem).toContain(join(folder, name))
    expect(problem).toContain(reason)
    expect(more).toEqual([])
  })

  const unreadable: [string, (path: string) => void, string][] = [
    ['that is a folder', (path) => mkdirSync(path), 'it is a folder'],
    ['that is a link to nothing', (path) => symlinkSync(`${path}.gone`, path), 'does not exist'],
    ['that is a link to itself', (path) => symlinkSync(path, path), 'a link to itself'],
    [
      'in another encoding',
      (path) => writeFileSync(path, Buffer.from([0x7b, 0xe9, 0x7d])),
      'not valid UTF-8',
    ],
  ]
  it.each(unreadable)('%s is refused', (_case, make, reason) => {
    make(join(folder, 'rw.json'))
    const [problem = '', ...more] = problemsIn(folder)
    expect(problem).toContain(`${join(folder, 'rw.json')} cannot be read: `)
    expect(problem).toContain(reason)
    expect(more).toEqual([])
  })

  it.skipIf(process.getuid?.() === 0)('that may not be read is refused (left out for root)', () => {
    write('rw.json', {})
    chmodSync(join(folder, 'rw.json'), 0o000)
    expect(problemsIn(folder)).toEqual([expect.stringContaining('this user may not read it')])
  })

  it.each([
    ['is a file', 'locales'],
    ['is below a file', 'locales/below/locales'],
  ])('is refused if its folder %s', (_case, path) => {
    write('locales', '')
    const [problem = '', ...more] = problemsIn(join(folder, path))
    expect(problem).toContain(`${join(folder, path)} for language files cannot be read: it is a file`)
    expect(problem).toContain('PROXIMA_DATA_DIR')
    expect(more).toEqual([])
  })

  it('is not needed, but the default language must exist', () => {
    expect(readLanguages({ folder: join(folder, 'missing'), locale: 'en-KE' }).for(null).tag).toBe('en')
    const [problem] = problemsWith('rw.json', {}, 'de')
    expect(problem).toContain('PROXIMA_LOCALE is de')
    expect(problem).toContain('en, fr, sw, ro, bn, ar, rw')
  })
})
