import { Failure } from '../../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import type { Username } from '../../../users/accounts/identifiers/username.ts'
import type { StagedRow } from '../staging/model.ts'
import type { StagingRepository } from '../staging/repository.ts'
import { applyDecision, mergeCandidates } from './apply-decision.ts'
import { type Decision, Decisions, positionsOf } from './decide.ts'
import type { Answers, Question, Topic } from './model.ts'
import { answersInvalid } from './service.ts'
import { isAnswer, rowsShownMax, wordQuestion } from './word-question.ts'

/** The questions of the topics, with the answers that there are. @throws `answers_invalid` */
export function askQuestions(
  topics: readonly Topic[],
  answers: Answers,
  staging: StagingRepository,
): Question[] {
  return topics.map((topic) => {
    const answer = answers.get(topic.id) ?? null
    const positions = positionsOf(topic)
    if (answer !== null && !isAnswer(topic, namedRows(answer, positions, staging), answer)) {
      const detail = `"${answer}" is no choice of the question ${topic.id}. ${answersInvalid.advice}`
      throw new Failure(answersInvalid, { detail })
    }
    const rows = positions.slice(0, rowsShownMax).map((position) => staging.get(position))
    return wordQuestion(topic, rows, positions.length, answer)
  })
}

function namedRows(answer: string, positions: readonly number[], staging: StagingRepository): StagedRow[] {
  const shown = positions.slice(0, rowsShownMax)
  const named = staging.positionOf(answer.replace(/^(?:merge|only) /, ''))
  const all = named !== null && positions.includes(named) ? [...new Set([...shown, named])] : shown
  return all.map((position) => staging.get(position))
}

export interface AnswerRules {
  readonly isReserved: (username: Username) => boolean
  readonly rolesOf: (value: string) => readonly string[]
}

/** Applies the answers to the staged rows. */
export function applyAnswers(
  topics: readonly Topic[],
  answers: Answers,
  { rules, staging }: { readonly rules: AnswerRules; readonly staging: StagingRepository },
): void {
  const decisions = new Decisions(answers, (key) => staging.positionOf(key))
  for (const topic of topics) decisions.add(topic)
  const merged: Decision[] = []
  for (const decision of decisions.all()) {
    applyTo(staging.get(decision.position), decision, staging, rules)
    if (decision.fate === 'import' && decision.mergedInto !== decision.position) merged.push(decision)
  }
  for (const [root, members] of Map.groupBy(merged, ({ mergedInto }) => mergedInto))
    mergeRows(root, members.map(({ position }) => position).sort(ascending), staging)
}

const ascending = (one: number, other: number) => one - other

function applyTo(row: StagedRow, decision: Decision, staging: StagingRepository, rules: AnswerRules): void {
  // What an earlier run has imported stays as it is.
  if (row.candidate === null || row.outcome !== 'created') return
  const { fate, open, position } = decision
  if (typeof fate === 'object')
    staging.change(position, { outcome: 'linked', accountId: fate.linkTo as AccountId })
  else if (fate === 'unanswered') {
    const detail = `Answer the question ${open.join(', ')} first.`
    staging.change(position, { outcome: 'unanswered', refusal: { code: 'unanswered', detail } })
  } else if (fate === 'left_out') staging.change(position, { outcome: 'left_out' })
  else importRow(row, decision, staging, rules)
}

function importRow(
  { candidate, position }: StagedRow,
  decision: Decision,
  staging: StagingRepository,
  rules: AnswerRules,
): void {
  if (candidate === null) return
  const { candidate: next, notes } = applyDecision(candidate, decision, rules)
  for (const note of notes) staging.note(position, note)
  staging.change(position, { candidate: next })
  const isAlone = decision.mergedInto === position
  if (isAlone && next.username === null && next.email === null && next.phoneNumber === null)
    staging.change(position, { outcome: 'refused', refusal: nothingLeft })
  if (!isAlone) staging.change(position, { outcome: 'merged', mergedInto: decision.mergedInto })
}

const nothingLeft = {
  code: 'identifier_needed',
  detail: 'Your answers leave the row no username, email address or phone number, so no one could sign in.',
}

function mergeRows(root: number, positions: readonly number[], staging: StagingRepository): void {
  const first = staging.get(root)
  const others = positions.map((position) => staging.get(position))
  // An earlier run has imported one of them alone, before there was an answer.
  const known = [first, ...others].find(({ outcome }) => outcome === 'known')
  if (known !== undefined && known.accountId !== null) {
    for (const { outcome, position } of [first, ...others])
      if (outcome === 'created' || outcome === 'merged')
        staging.change(position, { outcome: 'linked', accountId: known.accountId })
    return
  }
  const candidates = others.flatMap(({ candidate }) => candidate ?? [])
  if (first.candidate !== null)
    staging.change(root, { candidate: mergeCandidates(first.candidate, candidates) })
}
