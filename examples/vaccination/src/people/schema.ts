import Type from 'typebox'
import type { Person } from './model.ts'

export const NationalId = Type.String({ minLength: 4, maxLength: 64, pattern: '[0-9A-Za-z]' })

export const Registration = Type.Object({ national_id: NationalId }, { additionalProperties: false })

export function personView({ id, registeredAt }: Person) {
  return { id, registered_at: registeredAt }
}
