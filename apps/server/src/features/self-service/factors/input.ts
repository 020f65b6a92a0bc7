import { Form } from '../../../platform/kernel/form.ts'
import { parseLine } from '../../users/accounts/identifiers/plain-text.ts'

/** In code points: enough for "Phone of Amina, 2026". */
export const factorNameLengthMax = 100

/** @throws `validation_failed` */
export function readFactorName(text: string): string {
  const form = new Form()
  form.read('/name', text, (given) => parseLine(given, factorNameLengthMax))
  form.finish()
  return text
}
