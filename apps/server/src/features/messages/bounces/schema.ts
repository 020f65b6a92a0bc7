import Type, { type Static } from 'typebox'
import { exampleTime } from '../../../platform/http/fields.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'
import type { Channel } from '../model.ts'
import { type Bounce, markedDays } from './model.ts'

export const BounceBody = Type.Object(
  {
    email: Type.Optional(
      Type.String({ maxLength: 400, description: 'The address that a mail could not be delivered to' }),
    ),
    phone_number: Type.Optional(
      Type.String({
        maxLength: 100,
        description: 'The number that a text message could not be delivered to, with its country code',
      }),
    ),
    kind: Type.Enum(['hard', 'soft'], {
      description:
        '`hard` if no message will ever arrive: there is no such mailbox or number, or its owner has complained. `soft` if a later one may arrive, for example because the mailbox is full. Only `hard` marks the address.',
    }),
    occurred_at: Type.Optional(
      Type.String({
        format: 'date-time',
        description:
          'When the message bounced. By default, the time of the signature. An address that was confirmed later than that is not marked.',
      }),
    ),
  },
  {
    title: 'BounceBody',
    additionalProperties: false,
    description: `One of \`email\` and \`phone_number\`. A mark lasts for ${markedDays} days, or until the owner confirms the address again.`,
    examples: [{ email: 'amina@example.com', kind: 'hard', occurred_at: exampleTime }],
  },
)
export type BounceBody = Static<typeof BounceBody>

/** @returns the form in which the address is compared; null if it is no address of that channel */
export type CanonicalAddress = (channel: Channel, typed: string) => string | null

/**
 * @param signedAt when the report was signed. A recorded report that is sent again has the same time, so it does not mark
 * an address that was confirmed in between.
 * @returns null if nothing has to be marked
 * @throws `validation_failed` unless the report names one address, and a real time
 */
export function toBounce(
  { email, phone_number: phoneNumber, kind, occurred_at: occurredAt }: Partial<BounceBody>,
  { signedAt, canonicalAddress }: { readonly signedAt: Date; readonly canonicalAddress: CanonicalAddress },
): Bounce | null {
  if ((email === undefined) === (phoneNumber === undefined)) throw oneAddress()
  const channel = email === undefined ? 'sms' : 'mail'
  const canonical = canonicalAddress(channel, email ?? phoneNumber ?? '')
  const at = occurredAt === undefined ? signedAt : new Date(occurredAt)
  if (Number.isNaN(at.getTime())) throw noTime()
  // What is no address can be the address of no account, so the answer is the same as for a stranger's (I4).
  if (canonical === null || kind === 'soft') return null
  return { channel, canonical, at }
}

function noTime() {
  const detail = 'Give a time such as "2026-11-21T09:30:00Z" (RFC 3339).'
  return invalidFields({ pointer: '/occurred_at', code: 'invalid_format', detail })
}

function oneAddress() {
  const detail = 'Give "email" or "phone_number", and not both.'
  return invalidFields({ pointer: '', code: 'one_address', detail })
}
