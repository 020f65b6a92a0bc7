import Type from 'typebox'
import type { Language } from '../../languages/model.ts'
import { builtIn } from '../../languages/service.ts'
import type { Alert } from '../frame/parts.ts'

/** What a form did, in the address of the page to which its answer leads. */
export const DoneQuery = Type.Object({ done: Type.Optional(Type.String({ maxLength: 40 })) })

type DoneSentence = keyof typeof builtIn.en.done
export type Done = Extract<DoneSentence, `${string}_next`> extends `${infer Name}_next` ? Name : never

/** An address can hold any text. Only what a form can have done is shown. */
export function doneAlert(done: string | undefined, language: Language): Alert | null {
  if (done === undefined || !isDone(done)) return null
  const say = language.sentences('done')
  return { tone: 'ok', title: say(done), text: say(`${done}_next`) }
}

function isDone(text: string): text is Done {
  return Object.hasOwn(builtIn.en.done, `${text}_next`)
}

/** The address of a page that says what was done. */
export function afterwards(path: string, done: Done): string {
  return `${path}?done=${done}`
}
