import Type, { type Static } from 'typebox'
import { Nullable, Text } from '../../../platform/http/fields.ts'
import { countryName } from './country.ts'
import {
  countryLengthMax,
  countyLengthMax,
  descriptionLengthMax,
  homeAddressLengthMax,
  occupationLengthMax,
  type Profile,
  type ProfilePatch,
  socialLinkLengthMax,
} from './model.ts'

const Url = Nullable(Type.String({ format: 'uri', description: 'https' }))

export const ProfileView = Type.Object(
  {
    occupation: Text,
    home_address: Text,
    country: Nullable(Type.String({ description: 'ISO 3166-1 alpha-2' })),
    country_name: Nullable(Type.String({ description: 'In English' })),
    county: Text,
    description: Text,
    image_url: Nullable(Type.String({ format: 'uri', description: 'Of the picture, 256 pixels wide' })),
    social_links: Type.Object({
      linkedin: Url,
      facebook: Url,
      github: Url,
      instagram: Url,
      twitter: Url,
      youtube: Url,
      website: Url,
    }),
  },
  {
    description: 'The profile, with null for what is not filled in',
    headers: { ETag: Type.String({ description: 'Of this version of the profile, for If-Match' }) },
  },
)
export type ProfileView = Static<typeof ProfileView>

/** Shape only: what a country or a link may be is the profiles' rule. */
const patched = (maxLength: number, description?: string) =>
  Type.Optional(Nullable(Type.String({ maxLength, ...(description !== undefined && { description }) })))
const link = (description: string) => patched(socialLinkLengthMax, description)

export const PatchProfileBody = Type.Object(
  {
    occupation: patched(occupationLengthMax),
    home_address: patched(homeAddressLengthMax, 'Shown to its owner alone'),
    country: patched(countryLengthMax, 'An ISO 3166-1 code, or a name in English'),
    county: patched(countyLengthMax),
    description: patched(descriptionLengthMax),
    social_links: Type.Optional(
      Nullable(
        Type.Object(
          {
            linkedin: link('A handle or an https address, as for all of them; `ada` or `company/analytical`'),
            facebook: link('`ada`, or the address of a profile by its number'),
            github: link('`ada`'),
            instagram: link('`ada`'),
            twitter: link('`@ada`; at twitter.com or x.com'),
            youtube: link('`@ada`, or the address of a channel'),
            website: link('Any https address with a public domain name'),
          },
          {
            additionalProperties: false,
            description: 'Links that are not named stay; null clears them all.',
          },
        ),
      ),
    ),
  },
  { additionalProperties: false, description: 'What is named is changed, null clears, the rest stays.' },
)
export type PatchProfileBody = Static<typeof PatchProfileBody>

export const IfMatchHeaders = Type.Object({
  'if-match': Type.Optional(
    Type.String({ description: 'The ETag that was read: changes nothing if the profile has changed since' }),
  ),
})

export function profileView({ homeAddress, socialLinks, ...profile }: Profile): ProfileView {
  return {
    occupation: profile.occupation,
    home_address: homeAddress,
    country: profile.country,
    country_name: profile.country === null ? null : countryName(profile.country),
    county: profile.county,
    description: profile.description,
    image_url: profile.imageUrl,
    social_links: socialLinks,
  }
}

export function toPatch(body: PatchProfileBody): ProfilePatch {
  const { home_address: homeAddress, social_links: socialLinks, ...same } = body
  return {
    ...same,
    ...(homeAddress !== undefined && { homeAddress }),
    ...(socialLinks !== undefined && { socialLinks }),
  }
}
