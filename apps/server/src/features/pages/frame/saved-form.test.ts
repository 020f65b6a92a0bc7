import { expect, it } from 'vitest'
import { Languages } from '../../languages/service.ts'
import { savedForm } from './saved-form.ts'

const english = new Languages({ default: 'en' }).for('en')

it('what is shown once leads on only when its reader says that they have saved it', () => {
  const text = `${savedForm(english, '/account/security')}`
  expect(text).toContain('<form class="stack" method="get" action="/account/security">')
  expect(text).toContain('<input type="checkbox" id="saved" required>')
})

it('the query of the next address stays, because a form would replace it', () => {
  const text = `${savedForm(english, '/sign-in?way=secret&return_to=%2Faccount%3Fa%3D%22')}`
  expect(text).toContain('action="/sign-in"')
  expect(text).toContain('name="way" value="secret"')
  expect(text).toContain('name="return_to" value="/account?a=&quot;"')
})
