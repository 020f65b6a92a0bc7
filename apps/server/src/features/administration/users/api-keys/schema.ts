import Type from 'typebox'
import { exampleId } from '../../../../platform/http/fields.ts'
import { ApiKeysView } from '../../../authenticators/api-keys/schema.ts'
import { UserParams } from '../schema.ts'

/** The same as their owner sees. */
export const UserApiKeysView = ApiKeysView

export const UserApiKeyParams = Type.Object({
  ...UserParams.properties,
  key_id: Type.String({ maxLength: 100, description: 'The id of the key', examples: [exampleId] }),
})
