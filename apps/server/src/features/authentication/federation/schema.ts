import Type, { type Static } from 'typebox'
import type { PublicProvider } from './model.ts'

export const ProvidersView = Type.Object(
  {
    data: Type.Array(
      Type.Object(
        {
          id: Type.String({ description: 'The id, for `/sign-in/with/{id}`' }),
          name: Type.String({ description: 'What people call it, for a button' }),
          sign_in_url: Type.String({
            description: 'The path to which a button leads. It takes `return_to`.',
          }),
        },
        { title: 'Provider', description: 'Another service with whose accounts people sign in' },
      ),
      { description: 'In the order in which the pages show them' },
    ),
  },
  {
    title: 'Providers',
    description: 'The other services with whose accounts people sign in',
    examples: [{ data: [{ id: 'google', name: 'Google', sign_in_url: '/sign-in/with/google' }] }],
  },
)

export function providersView(providers: readonly PublicProvider[]): Static<typeof ProvidersView> {
  return { data: providers.map(({ id, name }) => ({ id, name, sign_in_url: `/sign-in/with/${id}` })) }
}
