import Type from 'typebox'
import { CentreId } from '../centres/schema.ts'
import { NationalId } from '../people/schema.ts'
import type { Dose } from './model.ts'

const Name = Type.String({ minLength: 1, maxLength: 100 })

export const NewDose = Type.Object(
  { national_id: NationalId, centre_id: CentreId, vaccine: Name, lot: Name },
  { additionalProperties: false },
)

export function doseView({ id, number, vaccine, lot, centreId, day }: Dose) {
  return { id, number, vaccine, lot, centre_id: centreId, day }
}
