import type { ClaimKind } from '../staging/model.ts'
import { type Answers, leaveOut, type SharedTopic, type TakenTopic, type Topic } from './model.ts'

/** What the answers make of a row that questions concern. */
export interface Decision {
  readonly position: number
  readonly fate: 'import' | 'left_out' | 'unanswered' | { readonly linkTo: string }
  /** The questions without an answer. */
  readonly open: readonly string[]
  /** The identifiers that it does not keep. */
  readonly lost: readonly ClaimKind[]
  /** The row of whose account it becomes a part; itself if it is that one. */
  readonly mergedInto: number
  /** What a secret is that could be plain or a hash. */
  readonly secretForm: 'plain' | 'hash' | null
  /** The values of roles that count. */
  readonly roleValues: readonly string[]
}

interface Draft {
  open: string[]
  isLeftOut: boolean
  lost: Set<ClaimKind>
  linkTo: string | null
  secretForm: 'plain' | 'hash' | null
  roleValues: string[]
}

/** Applies the answers to the rows of the questions. A row with one open question is not imported. */
export class Decisions {
  readonly #answers: Answers
  readonly #positionOf: (key: string) => number | null
  readonly #drafts = new Map<number, Draft>()
  /** The row whose values count, by each row that is merged; found by following it to the end. */
  readonly #into = new Map<number, number>()

  constructor(answers: Answers, positionOf: (key: string) => number | null) {
    this.#answers = answers
    this.#positionOf = positionOf
  }

  add(topic: Topic): void {
    const answer = this.#answers.get(topic.id)
    const drafts = positionsOf(topic).map((position) => this.#draft(position))
    if (answer === undefined) for (const draft of drafts) draft.open.push(topic.id)
    else if (answer === leaveOut) for (const draft of drafts) draft.isLeftOut = true
    else this.#apply(topic, answer)
  }

  /** Call it after the last topic. */
  *all(): Generator<Decision, void> {
    const groups = Map.groupBy(this.#drafts, ([position]) => this.#rootOf(position))
    for (const [position, { lost, open, roleValues, secretForm }] of this.#drafts) {
      const mergedInto = this.#rootOf(position)
      yield {
        position,
        // One account has one fate: an open question about one of its rows is one about all of them.
        fate: fateOf((groups.get(mergedInto) ?? []).map(([, draft]) => draft)),
        open,
        lost: [...lost],
        mergedInto,
        secretForm,
        roleValues,
      }
    }
  }

  #apply(topic: Topic, answer: string): void {
    switch (topic.kind) {
      case 'shared':
        this.#applyShared(topic, answer)
        break
      case 'taken':
        this.#applyTaken(topic, answer)
        break
      case 'secrets':
        for (const position of topic.positions)
          this.#draft(position).secretForm = answer === 'plain' ? 'plain' : 'hash'
        break
      case 'role':
        if (answer === 'give')
          for (const position of topic.positions) this.#draft(position).roleValues.push(topic.value)
    }
  }

  #applyShared({ identifiers, positions }: SharedTopic, answer: string): void {
    const [verb, ...rest] = answer.split(' ')
    const chosen = this.#positionOf(rest.join(' '))
    if (verb === 'merge' && chosen !== null) {
      for (const position of positions) this.#merge(position, chosen)
      return
    }
    for (const position of positions)
      if (position !== chosen) for (const kind of identifiers) this.#draft(position).lost.add(kind)
  }

  #applyTaken({ accountId, identifiers, position }: TakenTopic, answer: string): void {
    const draft = this.#draft(position)
    if (answer === 'link') draft.linkTo = accountId
    else for (const kind of identifiers) draft.lost.add(kind)
  }

  #merge(position: number, into: number): void {
    const [from, to] = [this.#rootOf(position), this.#rootOf(into)]
    if (from !== to) this.#into.set(from, to)
  }

  #rootOf(position: number): number {
    let root = position
    for (let next = this.#into.get(root); next !== undefined; next = this.#into.get(root)) root = next
    return root
  }

  #draft(position: number): Draft {
    const known = this.#drafts.get(position)
    if (known !== undefined) return known
    const draft: Draft = {
      open: [],
      isLeftOut: false,
      lost: new Set(),
      linkTo: null,
      secretForm: null,
      roleValues: [],
    }
    this.#drafts.set(position, draft)
    return draft
  }
}

export function positionsOf(topic: Topic): readonly number[] {
  return topic.kind === 'taken' ? [topic.position] : topic.positions
}

function fateOf(drafts: readonly Draft[]): Decision['fate'] {
  if (drafts.some(({ open }) => open.length > 0)) return 'unanswered'
  if (drafts.some(({ isLeftOut }) => isLeftOut)) return 'left_out'
  const linkTo = drafts.find((draft) => draft.linkTo !== null)?.linkTo ?? null
  return linkTo === null ? 'import' : { linkTo }
}
