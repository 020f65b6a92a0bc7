import Type, { type Static } from 'typebox'
import { mapSocialLinks, socialLinkNames } from '../../../../platform/kernel/social-networks.ts'
import type { OwnProfile } from '../../../self-service/profile/model.ts'

const nameFields = ['full_name', 'given_name', 'family_name'] as const
const aboutFields = ['occupation', 'country', 'county', 'home_address', 'description'] as const
const fieldNames = [...nameFields, ...aboutFields, ...socialLinkNames]
export type ProfileField = (typeof fieldNames)[number]

/** What the fields of the form hold. */
export type TypedProfile = Readonly<Record<ProfileField, string>>

/** The services know the exact lengths. A form that is refused there is shown again with what was typed. */
const text = Type.String({ maxLength: 10_000 })
export const ProfileForm = Type.Object(
  {
    ...(Object.fromEntries(fieldNames.map((name) => [name, text])) as Record<ProfileField, typeof text>),
    version: Type.String({ maxLength: 100 }),
  },
  { additionalProperties: false },
)
export type ProfileForm = Static<typeof ProfileForm>

export function typedOf({ names, about, socialLinks }: OwnProfile): TypedProfile {
  return {
    full_name: names.fullName ?? '',
    given_name: names.givenName ?? '',
    family_name: names.familyName ?? '',
    occupation: about.occupation ?? '',
    country: about.country ?? '',
    county: about.county ?? '',
    home_address: about.homeAddress ?? '',
    description: about.description ?? '',
    ...mapSocialLinks((name) => socialLinks[name] ?? ''),
  }
}

export function profileOf(typed: TypedProfile): OwnProfile {
  return {
    names: {
      fullName: given(typed.full_name),
      givenName: given(typed.given_name),
      familyName: given(typed.family_name),
    },
    about: {
      occupation: given(typed.occupation),
      country: given(typed.country),
      county: given(typed.county),
      homeAddress: given(typed.home_address),
      description: given(typed.description),
    },
    socialLinks: mapSocialLinks((name) => given(typed[name])),
  }
}

/** A form sends an empty text for an empty field, and ends each line of an area with two characters (HTML §4.10.21.8). */
function given(typed: string): string | null {
  return typed.trim() === '' ? null : typed.replaceAll('\r\n', '\n')
}
