import { Form } from '../../../../platform/kernel/form.ts'
import { parseRoleName } from '../../../authorization/roles/model.ts'
import { checkTerms } from '../input.ts'
import type { JobParameters, NewUserJob } from './model.ts'

/** Checks what a job needs beside its accounts. @throws `validation_failed`, naming every wrong field */
export function assertParameters(
  { action, role, reason, endsAt }: Pick<NewUserJob, 'action' | keyof JobParameters>,
  now: Date,
): void {
  const form = new Form()
  const needsRole = action === 'add_role' || action === 'remove_role'
  if (needsRole && role === null) form.refuse('/role', 'required', 'Give the role.')
  else if (needsRole) form.read('/role', role, parseRoleName)
  else if (role !== null) form.refuse('/role', 'not_wanted', 'Only a change of roles takes a role.')
  if (action === 'suspend') checkTerms(form, { reason, endsAt }, now)
  else {
    if (reason !== null) form.refuse('/reason', 'not_wanted', 'Only a suspension takes a reason.')
    if (endsAt !== null) form.refuse('/ends_at', 'not_wanted', 'Only a suspension takes an end.')
  }
  form.finish()
}
