import { primitiveOf, type Work, workText } from './work.ts'

/**
 * The work that everyone's guess is brought up to, from the works of the imported hashes that are still in use. Those
 * that only differ in a count are one: the highest count.
 */
export class Balance {
  /** By what the works have in common. */
  readonly #heaviest: ReadonlyMap<string, Work>

  constructor(works: readonly Work[]) {
    const heaviest = new Map<string, Work>()
    for (const work of works) {
      const kind = kindOf(work)
      const other = heaviest.get(kind)
      if (other === undefined || stepsOf(other) < stepsOf(work)) heaviest.set(kind, work)
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
