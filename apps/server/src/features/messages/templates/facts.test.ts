import { expect, it } from 'vitest'
import { Languages } from '../../languages/service.ts'
import { contextFacts } from './facts.ts'

it('says that a device or a network is unknown, each with its own form of the word', () => {
  const nothing = { at: new Date(0), device: { browser: null, system: null }, network: null }
  const languages = new Languages({ default: 'en' })
  const factsIn = (tag: string) => JSON.stringify(contextFacts(languages.for(tag), nothing))
  expect(factsIn('sw')).toMatch(/Kifaa:","hakijulikani".*Mtandao:","haujulikani"/)
  expect(factsIn('ro')).toMatch(/Dispozitiv:","necunoscut".*Rețea:","necunoscută"/)
})
