import type { Problem } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { accept, type Parsed, refuse } from '../../../platform/kernel/parsed.ts'
import { parseLine } from '../accounts/identifiers/plain-text.ts'

/** The id of an account in another system, such as its row number in the database of a former backend. */
export interface ExternalId {
  /** Names the system, such as `oauth-bearer`. */
  readonly source: string
  readonly id: string
}

export interface OwnedExternalId extends ExternalId {
  readonly accountId: AccountId
}

const sourceForm = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/
const idLengthMax = 200
/** Larger numbers would not be exact in JavaScript. */
const numberForm = /^(?:0|[1-9]\d{0,14})$/

export function parseSource(text: string): Parsed<string> {
  if (sourceForm.test(text)) return accept(text)
  return refuse('source_invalid', 'Name the source with up to 32 small letters, digits and hyphens.')
}

/** Keeps the id as it is: two ids are the same only if they are the same character for character. */
export function parseForeignId(text: string): Parsed<string> {
  if (text !== text.trim())
    return refuse('blank_at_end', 'Leave out the white space before and after the id.')
  return parseLine(text, idLengthMax)
}

/** Reads `SOURCE:ID`. The id may contain further colons. */
export function parseExternalId(text: string): Parsed<ExternalId> {
  const colon = text.indexOf(':')
  if (colon === -1)
    return refuse('external_id_invalid', 'Give the source, a colon and the id, such as "oauth-bearer:7".')
  const source = parseSource(text.slice(0, colon))
  if (!source.ok) return source
  const id = parseForeignId(text.slice(colon + 1))
  return id.ok ? accept({ source: source.value, id: id.value }) : id
}

/** The id as a number, if its source numbers its accounts; null if it is anything else, such as a UUID. */
export function numberOf({ id }: Pick<ExternalId, 'id'>): number | null {
  return numberForm.test(id) ? Number(id) : null
}

export function externalIdText({ source, id }: ExternalId): string {
  return `${source}:${id}`
}

export const externalIdTaken: Problem = {
  code: 'external_id_taken',
  kind: 'conflict',
  title: 'External id taken',
  advice: 'Find the account that has it with `proxima users show SOURCE:ID`.',
  cause: 'Another account has this id of the same source.',
}
