const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The fields of an urlencoded body. @throws TypeError if it is not UTF-8, RangeError as `fieldsOf` does */
export function parseForm(body: Buffer, fieldsMax: number): Record<string, string> {
  return fieldsOf([...new URLSearchParams(utf8.decode(body))], fieldsMax)
}

/** The fields by name. Each may occur once (A32). @throws RangeError */
export function fieldsOf(
  fields: readonly (readonly [string, string])[],
  fieldsMax: number,
): Record<string, string> {
  const byName = new Map(fields)
  if (byName.size !== fields.length) throw new RangeError('a field occurs twice')
  if (fields.length > fieldsMax) throw new RangeError(`more than ${fieldsMax} fields`)
  return Object.fromEntries(byName)
}
