import { distance } from 'fastest-levenshtein'

/** The known name that a mistyped one most likely stands for; null if none is similar. All begin with the prefix. */
export function nearestName(mistyped: string, names: readonly string[], prefix = 'PROXIMA_'): string | null {
  const wanted = mistyped.toUpperCase().slice(prefix.length)
  const candidates = names
    .map((name) => ({ name, word: name.toUpperCase().slice(prefix.length) }))
    .map(({ name, word }) => ({ name, word, edits: distance(wanted, word) }))
    .toSorted((one, other) => one.edits - other.edits)
  const near = candidates.find(({ edits }) => edits <= Math.max(2, wanted.length / 3))
  const sharing = candidates.find(({ word }) => sharesWords(wanted, word))
  return (near ?? sharing)?.name ?? null
}

/** True if one contains all words of the other, as SECRET_KEY contains SECRET. */
export function sharesWords(one: string, other: string): boolean {
  return `_${one}_`.includes(`_${other}_`) || `_${other}_`.includes(`_${one}_`)
}
