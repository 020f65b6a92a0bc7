import Type, { type Static } from 'typebox'
import { exampleId, Text, Uuid } from '../../../../platform/http/fields.ts'
import type { MergedField } from './model.ts'

export const MergeBody = Type.Object(
  {
    source_id: Uuid('The account that is merged into the one of the address, and then erased'),
    dry_run: Type.Boolean({ description: 'True to see what a merge would do. Nothing is changed then.' }),
  },
  {
    title: 'MergeBody',
    additionalProperties: false,
    description: 'Two accounts of one person. First send it with `dry_run`.',
    examples: [{ source_id: exampleId, dry_run: true }],
  },
)
export type MergeBody = Static<typeof MergeBody>

const MergedFieldView = Type.Object(
  {
    field: Type.String({
      description: 'The field, such as `email`, or `role`, `external_id`, `picture` and `credentials`',
    }),
    outcome: Type.Enum(['moves', 'conflict', 'dropped'], {
      description:
        'The remaining account gets the value, keeps its own, or does not get it for the reason in `reason`',
    }),
    kept: Text('What the remaining account has afterwards. Private details are shown as `(hidden)`.'),
    lost: Text('The value that is lost; null if none is'),
    reason: Text('Why it does not move: `target_has_one`, `not_verified` or `cannot_move`; null if it does'),
  },
  {
    title: 'MergedField',
    description: 'What a merge does to one field of the account that is erased',
    examples: [{ field: 'email', outcome: 'moves', kept: 'amina@example.com', lost: null, reason: null }],
  },
)

export const MergeView = Type.Object(
  {
    merged: Type.Boolean({ description: 'False after a dry run' }),
    fields: Type.Array(MergedFieldView, { description: 'What the merge does, or would do' }),
  },
  {
    title: 'Merge',
    description: 'The report of a merge',
    examples: [
      {
        merged: false,
        fields: [{ field: 'email', outcome: 'moves', kept: 'amina@example.com', lost: null, reason: null }],
      },
    ],
  },
)

export function mergeView(fields: readonly MergedField[], merged: boolean): Static<typeof MergeView> {
  return { merged, fields: fields.map((field) => ({ ...field })) }
}
