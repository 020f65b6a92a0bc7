import type { FieldError } from '../../../../platform/kernel/failures.ts'
import { type Parsed, refuse } from '../../../../platform/kernel/parsed.ts'
import { invalidFields } from '../../../../platform/kernel/problems.ts'
import { parseLine } from '../../../users/accounts/identifiers/plain-text.ts'
import type { EndpointSettings } from './model.ts'

export const urlLengthMax = 500
export const descriptionLengthMax = 200

export type AllowsUrl = (url: URL) => boolean

/**
 * Checks the fields that are given.
 * @throws `validation_failed`, naming every field that breaks a rule
 */
export function checkSettings({ url, description }: Partial<EndpointSettings>, allowsUrl: AllowsUrl): void {
  const errors = [
    ...(url === undefined ? [] : errorOf('/url', checkUrl(url, allowsUrl))),
    ...(description === undefined || description === null
      ? []
      : errorOf('/description', parseLine(description, descriptionLengthMax))),
  ]
  if (errors.length > 0) throw invalidFields(...errors)
}

function errorOf(pointer: string, parsed: Parsed<unknown> | null): FieldError[] {
  return parsed === null || parsed.ok ? [] : [{ pointer, code: parsed.code, detail: parsed.detail }]
}

/** The address of a name is checked at each connection, because it may change. @returns null if the URL is accepted */
function checkUrl(text: string, allowsUrl: AllowsUrl): Parsed<never> | null {
  // The parser of URLs drops tabs and line ends, and reads "\" as "/" (WHATWG URL §4.4).
  const url = /[\s\p{C}\\]/u.test(text) ? null : URL.parse(text)
  if (url === null || url.hash !== '')
    return refuse(
      'invalid_format',
      'Give a URL such as https://app.example.org/webhooks, without a fragment.',
    )
  if (url.username !== '' || url.password !== '')
    return refuse('credentials', 'Leave out the user name and the password. The signature shows who sends.')
  if (!allowsUrl(url))
    return refuse(
      'address_not_allowed',
      'Give an https:// URL of the public internet. The operator can allow other networks with PROXIMA_WEBHOOK_ALLOWED_NETWORKS.',
    )
  return null
}
