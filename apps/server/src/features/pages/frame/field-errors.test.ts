import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../../platform/kernel/failures.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'
import { builtIn, Languages } from '../../languages/service.ts'
import { usernameTaken } from '../../users/accounts/model.ts'
import { rejections } from '../../users/pictures/model.ts'
import { fieldErrors, sentenceFor } from './field-errors.ts'

const english = new Languages({ default: 'en' }).for('en')
const options = { passwordLengthMin: 12 }

/** The codes that the rules for identifiers and passwords give as text. */
function codesOfRules(): readonly string[] {
  const folders = ['../../users/accounts/identifiers/', '../../authenticators/passwords/']
  return folders.flatMap((folder) => {
    const url = new URL(folder, import.meta.url)
    const names = readdirSync(url).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    return names.flatMap((name) => codesIn(readFileSync(new URL(name, url), 'utf8')))
  })
}

/** The codes of everything else that a form can send: profiles, pictures, contacts, keys. */
function codesOfOtherForms(): readonly string[] {
  const folders = ['users/profiles', 'users/pictures', 'authenticators', 'authentication', 'self-service']
  const features = join(import.meta.dirname, '../..')
  const files = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: features }))
  const kernel = ['networks.ts', 'problems.ts'].map((name) => join('../platform/kernel', name))
  return [...files, ...kernel]
    .filter((name) => !name.endsWith('.test.ts'))
    .flatMap((name) => codesIn(readFileSync(join(features, name), 'utf8')))
}

function codesIn(source: string): string[] {
  return [...source.matchAll(/(?:refuse\((?:[^,()]+,)?\s*|code: )'([a-z_]+)'/g)].map(([, code = '']) => code)
}

describe('the error of a field', () => {
  it('has a sentence for each code of a rule', () => {
    const codes = new Set(codesOfRules())
    for (const code of ['password_too_weak', 'not_accepted']) codes.delete(code)
    expect(codes.size).toBeGreaterThan(20)
    const missing = [...codes].filter((code) => sentenceFor({ pointer: '/any', code }) === 'other')
    expect(missing).toEqual([])
  })

  it('has no sentence that no code needs', () => {
    const source = ['../../authentication/registration/', '../../users/accounts/'].flatMap((folder) => {
      const url = new URL(folder, import.meta.url)
      const names = readdirSync(url).filter((name) => name.endsWith('.ts'))
      return names.flatMap((name) => codesIn(readFileSync(new URL(name, url), 'utf8')))
    })
    const text = [...source, ...codesOfRules(), ...codesOfOtherForms(), ...Object.keys(rejections)]
    const own = ['title', 'see_fields', 'other', 'required', 'identifier_needed']
    // Of the forms themselves: what was typed for a proof, or to confirm an act.
    own.push('wrong_password', 'wrong_secret', 'not_confirmed')
    const unused = Object.keys(builtIn.en.field_error).filter(
      (key) => !own.includes(key) && !text.some((code) => key === code || key === `username_${code}`),
    )
    expect(unused).toEqual([])
  })

  it('names the length that the settings ask for, and the field by its name', () => {
    const failure = invalidFields(
      { pointer: '/password', code: 'too_short', detail: 'x' },
      { pointer: '/username', code: 'too_short', detail: 'x' },
      { pointer: '/email', code: 'no_such_code', detail: 'x' },
    )
    expect(fieldErrors(english, failure, options)).toEqual({
      password: 'Use at least 12 characters.',
      username: 'Use at least 3 characters.',
      email: 'This cannot be used. Change it.',
    })
  })

  it('is at the last name of its pointer', () => {
    const failure = invalidFields(
      { pointer: '/social_links/github', code: 'link_invalid', detail: 'x' },
      { pointer: '/permissions/0', code: 'permission_not_held', detail: 'x' },
    )
    expect(Object.keys(fieldErrors(english, failure, options))).toEqual(['github', 'permissions'])
  })

  it('names the identifier that is taken', () => {
    expect(fieldErrors(english, new Failure(usernameTaken), options)).toEqual({
      username: 'This name is taken. Choose another.',
    })
  })
})
