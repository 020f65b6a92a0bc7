import Type, { type Static } from 'typebox'
import { PageQuery, PageView } from '../page.ts'
import { type Moment, type MomentInput, readTime } from './model.ts'

const note = Type.Union([Type.String({ maxLength: 10_000 }), Type.Null()])
const happenedAt = Type.String({ format: 'date-time', maxLength: 40 })

export const NewMomentBody = Type.Object(
  {
    activity_id: Type.String({ maxLength: 100 }),
    note: Type.Optional(note),
    happened_at: Type.Optional(happenedAt),
  },
  { additionalProperties: false },
)

export const MomentPatchBody = Type.Object(
  { note: Type.Optional(note), happened_at: Type.Optional(happenedAt) },
  { additionalProperties: false },
)

export const MomentsQuery = Type.Object(
  { ...PageQuery.properties, activity_id: Type.Optional(Type.String({ maxLength: 100 })) },
  { additionalProperties: false },
)

export const MomentParams = Type.Object({ id: Type.String({ maxLength: 100 }) })

export const MomentView = Type.Object({
  id: Type.String(),
  activity_id: Type.String(),
  owner_id: Type.String(),
  note: Type.Union([Type.String(), Type.Null()]),
  happened_at: Type.String(),
  created_at: Type.String(),
  updated_at: Type.String(),
})

export const MomentsView = PageView(MomentView)

/** Only the fields that the body has. @throws Failure `validation_failed` */
export function toMomentInput(body: Static<typeof MomentPatchBody>): Partial<MomentInput> {
  return {
    ...(body.note !== undefined && { note: body.note }),
    ...(body.happened_at !== undefined && { happenedAt: readTime('/happened_at', body.happened_at) }),
  }
}

export function momentView(moment: Moment): Static<typeof MomentView> {
  return {
    id: moment.id,
    activity_id: moment.activityId,
    owner_id: moment.ownerId,
    note: moment.note,
    happened_at: moment.happenedAt.toISOString(),
    created_at: moment.createdAt.toISOString(),
    updated_at: moment.updatedAt.toISOString(),
  }
}
