import { readFile, rename, rm } from 'node:fs/promises'
import { writeDurably } from '../../../../platform/files/durable-write.ts'
import { Failure, type Problem } from '../../../../platform/kernel/failures.ts'
import { parseStrictJson, StrictJsonError } from '../../../../platform/kernel/strict-json.ts'
import type { Question } from './model.ts'

export const answersInvalid: Problem = {
  code: 'answers_invalid',
  kind: 'invalid',
  title: 'The answers are invalid',
  advice: 'Correct the answers file. Each answer is one of the choices of its question, or null.',
}

const about =
  'Write one of the choices of each question as its answer, and run the command again. Rows with an open question ' +
  'are not imported.'
const depthMax = 8

/** The answers by the id of their question; none if there is no such file. @throws `answers_invalid` */
export async function readAnswers(path: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    throw new Failure(answersInvalid, { detail: `The answers file cannot be read: ${message}.` })
  })
  return text === null ? new Map() : parseAnswers(text)
}

/** @throws `answers_invalid` */
export function parseAnswers(text: string): ReadonlyMap<string, string> {
  const answers = new Map<string, string>()
  for (const question of questionsIn(text)) {
    const { id, answer } = Object(question) as { id?: unknown; answer?: unknown }
    if (typeof id !== 'string') throw invalid('A question has no "id".')
    if (answer === null || answer === undefined || answer === '') continue
    if (typeof answer !== 'string') throw invalid(`The answer of ${id} is not a text.`)
    answers.set(id, answer.trim())
  }
  return answers
}

/** Replaces the file at once, so that no answer is lost if the command is killed. It names people: only its owner reads it. */
export async function writeQuestions(path: string, questions: readonly Question[]): Promise<void> {
  const next = `${path}.new`
  await rm(next, { force: true })
  await writeDurably(next, Buffer.from(`${JSON.stringify({ about, questions }, null, 2)}\n`))
  await rename(next, path)
}

function questionsIn(text: string): readonly unknown[] {
  try {
    const value = parseStrictJson(text, { depthMax })
    const { questions } = Object(value) as { questions?: unknown }
    if (Array.isArray(questions)) return questions
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error
    throw invalid(`The answers file is not JSON. ${error.message}`)
  }
  throw invalid('The answers file has no list "questions".')
}

function invalid(detail: string): Failure {
  return new Failure(answersInvalid, { detail: `${detail} ${answersInvalid.advice}` })
}
