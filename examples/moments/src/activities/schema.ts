import Type, { type Static } from 'typebox'
import { PageView } from '../page.ts'
import type { Activity, ActivityInput } from './model.ts'

const name = Type.String({ minLength: 1, maxLength: 100 })
const description = Type.Union([Type.String({ maxLength: 1_000 }), Type.Null()])

export const NewActivityBody = Type.Object(
  { name, description: Type.Optional(description) },
  { additionalProperties: false },
)

export const ActivityPatchBody = Type.Object(
  { name: Type.Optional(name), description: Type.Optional(description) },
  { additionalProperties: false },
)

export const ActivityParams = Type.Object({ id: Type.String({ maxLength: 100 }) })

export const ActivityView = Type.Object({
  id: Type.String(),
  owner_id: Type.String(),
  name: Type.String(),
  description: Type.Union([Type.String(), Type.Null()]),
  created_at: Type.String(),
  updated_at: Type.String(),
})

export const ActivitiesView = PageView(ActivityView)

export function toActivityInput(body: Static<typeof NewActivityBody>): ActivityInput {
  return { name: body.name, description: body.description ?? null }
}

export function activityView(activity: Activity): Static<typeof ActivityView> {
  return {
    id: activity.id,
    owner_id: activity.ownerId,
    name: activity.name,
    description: activity.description,
    created_at: activity.createdAt.toISOString(),
    updated_at: activity.updatedAt.toISOString(),
  }
}
