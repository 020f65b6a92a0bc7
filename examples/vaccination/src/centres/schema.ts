import Type from 'typebox'
import type { Centre, Opening } from './model.ts'

export const CentreId = Type.String({ minLength: 36, maxLength: 36 })
export const Day = Type.String({ pattern: '^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$' })

export const NewCentre = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    address: Type.String({ minLength: 1, maxLength: 500 }),
  },
  { additionalProperties: false },
)

export const Places = Type.Object(
  { day: Day, places: Type.Integer({ minimum: 0, maximum: 100_000 }) },
  { additionalProperties: false },
)

export function centreView({ id, name, address }: Centre) {
  return { id, name, address }
}

export function openingView({ centre, day, placesTotal, placesTaken }: Opening) {
  return { centre: centreView(centre), day, places: placesTotal, places_left: placesTotal - placesTaken }
}
