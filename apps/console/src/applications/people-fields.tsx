import type { ClientDetails } from '@proxima/client'
import { Check } from '../kit/choices.tsx'
import { Field, listOf, textOf } from '../kit/form.tsx'

interface PeopleFieldsProps {
  readonly client?: ClientDetails
  readonly error: unknown
}

/** The fields of a client to which people sign in. */
export const peopleFieldNames = ['redirect_uris', 'post_logout_redirect_uris', 'client_uri', 'logo_uri']

export function PeopleFields({ client, error }: PeopleFieldsProps) {
  const address = { error, autoCapitalize: 'none', spellCheck: false } as const
  return (
    <>
      <Field
        label="Redirect addresses"
        name="redirect_uris"
        hint="Where people come back after they sign in, with spaces between them. Compared letter by letter."
        defaultValue={client?.redirect_uris.join(' ')}
        required
        {...address}
      />
      <Field
        label="Addresses after signing out"
        name="post_logout_redirect_uris"
        defaultValue={client?.post_logout_redirect_uris.join(' ')}
        isOptional
        {...address}
      />
      <Field
        label="Home page"
        name="client_uri"
        defaultValue={client?.client_uri ?? ''}
        isOptional
        {...address}
      />
      <Field
        label="Logo"
        name="logo_uri"
        hint="The https address of a picture. People see it when they are asked for their consent."
        defaultValue={client?.logo_uri ?? ''}
        isOptional
        {...address}
      />
      <Check name="is_first_party" value="yes" defaultChecked={client?.is_first_party ?? false}>
        It is ours: people are not asked for their consent
      </Check>
    </>
  )
}

/** What the fields say. An empty one takes back what the client had. */
export function peopleBody(fields: FormData) {
  return {
    redirect_uris: listOf(fields, 'redirect_uris'),
    post_logout_redirect_uris: listOf(fields, 'post_logout_redirect_uris'),
    client_uri: textOf(fields, 'client_uri') ?? null,
    logo_uri: textOf(fields, 'logo_uri') ?? null,
    is_first_party: fields.get('is_first_party') === 'yes',
  }
}
