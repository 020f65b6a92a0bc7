import Type from 'typebox'
import { exampleId } from '../../platform/http/fields.ts'

const claim = (description: string) => Type.Optional(Type.String({ description }))

export const UserInfoView = Type.Object(
  {
    sub: Type.String({
      description: 'The id of the person; another one for each sector if the client asked for that',
    }),
    name: claim('With the scope `profile`'),
    given_name: claim('With the scope `profile`'),
    family_name: claim('With the scope `profile`'),
    preferred_username: claim('With the scope `profile`: the username'),
    picture: claim('With the scope `profile`: the address of the picture'),
    locale: claim('With the scope `profile` (BCP 47)'),
    updated_at: Type.Optional(Type.Integer({ description: 'With the scope `profile`: seconds since 1970' })),
    email: claim('With the scope `email`'),
    email_verified: Type.Optional(Type.Boolean({ description: 'With the scope `email`' })),
    phone_number: claim('With the scope `phone` (E.164)'),
    phone_number_verified: Type.Optional(Type.Boolean({ description: 'With the scope `phone`' })),
    address: Type.Optional(
      Type.Object(
        { formatted: Type.String({ description: 'As the person has typed it' }) },
        { description: 'With the scope `address`' },
      ),
    ),
    roles: Type.Optional(Type.Array(Type.String(), { description: 'With the scope `roles`' })),
  },
  {
    title: 'UserInfo',
    description: 'The claims of OpenID Connect Core §5.1 that the person has let the application know',
    examples: [{ sub: exampleId, email: 'amina@example.org', email_verified: true }],
  },
)
