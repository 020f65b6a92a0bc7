import { primitiveOf, type Work, workText } from './work.ts'

/**
 * All works together take so long at most. Every guess costs them, and people could choose the cost of their hash in
 * some systems: a few accounts, each with another costly one, would slow down everyone's sign-in (A46).
 */
const secondsMax = 1

/**
 * The work that everyone's guess is brought up to, from the works of the imported hashes that are still in use. Those
 * that only differ in a count are one: the highest count. The costliest are left out if all together cost too much: only
 * the time of their own accounts is then not hidden.
 */
export class Balance {
  /** By what the works have in common. */
  readonly #heaviest: ReadonlyMap<string, Work>

  constructor(works: readonly Work[]) {
    const heaviest = new Map<string, Work>()
    let seconds = 0
    for (const work of works.toSorted((one, other) => secondsOf(one) - secondsOf(other))) {
      const kind = kindOf(work)
      const other = heaviest.get(kind)
      const more = secondsOf(work) - (other === undefined ? 0 : secondsOf(other))
      if (seconds + more > secondsMax) continue
      seconds += more
      heaviest.set(kind, work)
    }
    this.#heaviest = heaviest
  }

  /** What to compute besides `done`, so that every guess costs the same. */
  rest(done: Work | null): readonly Work[] {
    const doneKind = done === null ? null : kindOf(done)
    return [...this.#heaviest].flatMap(([kind, work]) =>
      done !== null && kind === doneKind ? difference(work, done) : [work],
    )
  }
}

/** For example `pbkdf2-sha256,…,32`: works of one kind take a time that only their count decides. */
function kindOf(work: Work): string {
  const { steps } = primitiveOf(work)
  const [like] = steps?.make(1, work.parameters) ?? []
  if (steps === undefined) return workText(work)
  return `${work.primitive} ${(like ?? []).slice(1).join(',')}`
}

function secondsOf(work: Work): number {
  return primitiveOf(work).seconds(work.parameters)
}

function stepsOf(work: Work): number {
  return primitiveOf(work).steps?.of(work.parameters) ?? 0
}

function difference(work: Work, done: Work): readonly Work[] {
  const missing = stepsOf(work) - stepsOf(done)
  if (missing <= 0) return []
  const { primitive, parameters } = work
  const made = primitiveOf(work).steps?.make(missing, parameters) ?? []
  return made.map((rest) => ({ primitive, parameters: rest }))
}
