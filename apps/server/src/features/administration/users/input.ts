import { Form } from '../../../platform/kernel/form.ts'
import { parsePlainText } from '../../users/accounts/identifiers/plain-text.ts'
import { reasonLengthMax, type SuspensionTerms } from './model.ts'

/** @throws `validation_failed`, naming every wrong field */
export function assertTerms(terms: SuspensionTerms, now: Date): void {
  const form = new Form()
  checkTerms(form, terms, now)
  form.finish()
}

export function checkTerms(form: Form, { reason, endsAt }: SuspensionTerms, now: Date): void {
  form.read('/reason', reason, (text) => parsePlainText(text, reasonLengthMax))
  if (endsAt === null || endsAt > now) return
  const detail =
    'Give a time in the future, or leave it out. Then the suspension lasts until someone lifts it.'
  form.refuse('/ends_at', 'not_in_the_future', detail)
}
