import { displayName } from '../../../users/accounts/model.ts'
import type { ClaimKind, StagedRow } from '../staging/model.ts'
import {
  leaveOut,
  type Question,
  type SharedTopic,
  type ShownRow,
  type TakenTopic,
  type Topic,
} from './model.ts'

/** More rows than that would hide the question. */
export const rowsShownMax = 10

const names: Readonly<Record<ClaimKind, string>> = {
  username: 'username, or one that looks like it',
  email: 'email address',
  phone_number: 'phone number',
}

/** The question of a topic in words, with its choices. */
export function wordQuestion(
  topic: Topic,
  rows: readonly StagedRow[],
  count: number,
  answer: string | null,
): Question {
  const { choices, question } = wordsOf(topic, rows, count)
  return { id: topic.id, question, rows: rows.map(shown), choices, answer }
}

/** True if the text answers the question of the topic. */
export function isAnswer(topic: Topic, rows: readonly StagedRow[], text: string): boolean {
  if (Object.hasOwn(wordsOf(topic, rows, rows.length).choices, text)) return true
  // A row that is not shown can be named too.
  const named = /^(?:merge|only) (.+)$/.exec(text)?.[1]
  return topic.kind === 'shared' && rows.some(({ key }) => key === named)
}

function wordsOf(
  topic: Topic,
  rows: readonly StagedRow[],
  count: number,
): Pick<Question, 'question' | 'choices'> {
  switch (topic.kind) {
    case 'shared':
      return ofShared(topic, rows, count)
    case 'taken':
      return ofTaken(topic)
    case 'secrets':
      return {
        question: `${count} rows have a ${topic.field} that is a plain secret or the hash of one. Which is it?`,
        choices: {
          plain: 'What is stored is the secret itself. It is hashed during the import.',
          hash: 'What is stored is a hash. Without a way to find it, its owner needs a new secret.',
          [leaveOut]: 'None of these rows is imported.',
        },
      }
    case 'role':
      return {
        question: `In ${count} rows, "${topic.value}" stands for the role ${topic.roles.join(', ')}. People could choose it themselves. Does it count?`,
        choices: {
          give: 'These accounts get the role.',
          withhold: 'These accounts are imported without the role.',
          [leaveOut]: 'None of these rows is imported.',
        },
      }
  }
}

function ofShared({ identifiers }: SharedTopic, rows: readonly StagedRow[], count: number) {
  const what = listed(identifiers)
  const keys = rows.map(({ key }) => key ?? '')
  const merge = keys.map((key): [string, string] => [
    `merge ${key}`,
    `They are one person. One account is created; where the rows differ, row ${key} counts.`,
  ])
  const only = keys.map((key): [string, string] => [
    `only ${key}`,
    `They are different people, and only row ${key} keeps it. The others are imported without it, or with another username.`,
  ])
  return {
    question: `${count} rows have the same ${what}. Are they one person?`,
    choices: {
      ...Object.fromEntries([...merge, ...only]),
      none: 'They are different people, and no one keeps it.',
      [leaveOut]: 'None of these rows is imported.',
    },
  }
}

function ofTaken({ accountId, identifiers }: TakenTopic) {
  const link = {
    link: `It is the same person. The account ${accountId} gets the id of the row, and stays as it is otherwise.`,
  }
  return {
    question: `An account of this server has the same ${listed(identifiers)}. Is it the same person?`,
    choices: {
      ...(accountId !== null && link),
      without: 'It is another person. The row is imported without it, or with another username.',
      [leaveOut]: 'The row is not imported.',
    },
  }
}

function listed(identifiers: readonly ClaimKind[]): string {
  return identifiers.map((kind) => names[kind]).join(', and the same ')
}

function shown({ key, candidate }: StagedRow): ShownRow {
  return {
    key: key ?? '',
    username: candidate?.username?.given ?? null,
    email: candidate?.email?.given ?? null,
    phone_number: candidate?.phoneNumber?.canonical ?? null,
    name: candidate && displayName(candidate),
  }
}
