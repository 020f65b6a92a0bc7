/** More than a browser sends. The rest of a longer list is ignored. */
const rangesMax = 10
/** A BCP 47 tag, with or without a weight (RFC 9110 §12.5.4). */
const range = /^([a-z]{1,8}(?:-[a-z0-9]{1,8})*)\s*(?:;\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?$/i

/** The languages of an `Accept-Language` header, the most wanted first. What is no language is ignored. */
export function acceptedLanguages(header: string | undefined): readonly string[] {
  const ranges = (header ?? '').split(',', rangesMax).map((text) => range.exec(text.trim()))
  return ranges
    .flatMap((found) => (found === null ? [] : [{ tag: found[1] ?? '', weight: Number(found[2] ?? 1) }]))
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag)
}
