import type { Parsed } from '../../../../platform/kernel/parsed.ts'
import { parseLine } from './plain-text.ts'

/** The length in code points. */
export const personalNameLengthMax = 200

/** Accepts any visible name in any script, and keeps it as it is: people know best how their names are written. */
export function parsePersonalName(text: string): Parsed<string> {
  return parseLine(text, personalNameLengthMax)
}
