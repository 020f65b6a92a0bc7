import { Form } from '../../../platform/kernel/form.ts'
import { parseNetwork } from '../../../platform/kernel/networks.ts'
import { parseLine } from '../../users/accounts/identifiers/plain-text.ts'
import { type ApiKeyChanges, keyNameLengthMax, networksOfKeyMax, permissionsOfKeyMax } from './model.ts'

/** How long keys may work. */
export interface KeyLifetimes {
  readonly usualMs: number
  readonly longestMs: number
}

/**
 * Reads the given fields and writes networks in one way. Sorts permissions and networks, each once.
 * @throws `validation_failed`, naming every invalid field at once
 */
export function readKeyFields<Fields extends ApiKeyChanges>(fields: Fields): Fields {
  const form = new Form()
  form.read('/name', fields.name, (text) => parseLine(text, keyNameLengthMax))
  const networks = fields.allowedNetworks?.map((text, index) =>
    form.read(`/allowed_networks/${index}`, text, parseNetwork),
  )
  assertFew(form, '/allowed_networks', fields.allowedNetworks, networksOfKeyMax)
  assertFew(form, '/permissions', fields.permissions, permissionsOfKeyMax)
  form.finish()
  return {
    ...fields,
    ...(fields.permissions && { permissions: sorted(fields.permissions) }),
    ...(networks && { allowedNetworks: sorted(networks.filter((network) => network !== null)) }),
  }
}

/**
 * When a key ends.
 * @param given null for the usual time
 * @throws `validation_failed`
 */
export function readExpiry(given: Date | null, now: Date, { usualMs, longestMs }: KeyLifetimes): Date {
  if (given === null) return new Date(now.getTime() + usualMs)
  const form = new Form()
  const lifeMs = given.getTime() - now.getTime()
  if (lifeMs <= 0) form.refuse('/expires_at', 'in_the_past', 'Choose a time in the future.')
  if (lifeMs > longestMs) {
    const latest = new Date(now.getTime() + longestMs).toISOString()
    form.refuse('/expires_at', 'too_late', `A key must end. Choose a time before ${latest}.`)
  }
  form.finish()
  return given
}

function assertFew(form: Form, pointer: string, list: readonly string[] | undefined, max: number): void {
  if (list !== undefined && list.length > max) form.refuse(pointer, 'too_many', `Use at most ${max}.`)
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort()
}
