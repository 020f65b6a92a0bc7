import Type, { type Static } from 'typebox'
import { exampleImageUrl, Nullable, Text } from '../../../platform/http/fields.ts'
import {
  mapSocialLinks,
  type SocialLinkName,
  socialNetworks,
} from '../../../platform/kernel/social-networks.ts'
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

// No format: a union checks it, and a link that other rules accepted would then make its profile unreadable.
const Link = (name: SocialLinkName) =>
  Nullable(Type.String({ description: `${titleOf(name)}: an https address` }))

export const exampleProfile = {
  occupation: 'Teacher',
  home_address: null,
  country: 'KE',
  country_name: 'Kenya',
  county: 'Kisumu',
  description: 'I teach physics and grow tomatoes.',
  image_url: exampleImageUrl,
  social_links: { ...mapSocialLinks(() => null), github: 'https://github.com/amina' },
}

export const profileOptions = {
  title: 'Profile',
  description: 'The profile, with null for fields that are not filled in',
}

export const ProfileView = Type.Object(
  {
    occupation: Text('What the owner does for a living'),
    home_address: Text('Shown only to its owner'),
    country: Text('ISO 3166-1 alpha-2, such as `KE`'),
    country_name: Text('The name of the country in English'),
    county: Text('The county, state or province'),
    description: Text('What the owner says about themselves'),
    image_url: Nullable(
      Type.String({ format: 'uri', description: 'The address of the picture, 256 pixels wide' }),
    ),
    social_links: Type.Object(mapSocialLinks(Link), {
      title: 'SocialLinks',
      description: 'The addresses of the owner in other networks',
    }),
  },
  {
    ...profileOptions,
    examples: [exampleProfile],
    headers: { ETag: Type.String({ description: 'The version of the profile, for If-Match' }) },
  },
)
export type ProfileView = Static<typeof ProfileView>

/** Checks only the type and the length. `readProfilePatch` checks countries and links. */
const patched = (maxLength: number, description: string) =>
  Type.Optional(Nullable(Type.String({ maxLength, description })))

function titleOf(name: SocialLinkName): string {
  return name === 'website' ? 'A website' : socialNetworks[name].title
}

function linkDescription(name: SocialLinkName): string {
  if (name === 'website') return 'Any https address with a public domain name'
  return `A handle, or an https address of a profile, such as ${socialNetworks[name].examples}`
}

export const PatchProfileBody = Type.Object(
  {
    occupation: patched(occupationLengthMax, 'What the owner does for a living'),
    home_address: patched(homeAddressLengthMax, 'Shown only to its owner'),
    country: patched(countryLengthMax, 'An ISO 3166-1 code, or a name in English'),
    county: patched(countyLengthMax, 'The county, state or province'),
    description: patched(descriptionLengthMax, 'What the owner says about themselves'),
    social_links: Type.Optional(
      Nullable(
        Type.Object(
          mapSocialLinks((name) => patched(socialLinkLengthMax, linkDescription(name))),
          {
            title: 'PatchSocialLinks',
            additionalProperties: false,
            description: 'Changes only the links that you send. Null clears all links.',
          },
        ),
      ),
    ),
  },
  {
    title: 'PatchProfileBody',
    additionalProperties: false,
    description: 'Changes only the fields that you send. Null clears a field.',
    examples: [{ occupation: 'Teacher', country: 'KE', social_links: { github: 'amina' } }],
  },
)
export type PatchProfileBody = Static<typeof PatchProfileBody>

export const IfMatchHeaders = Type.Object({
  'if-match': Type.Optional(
    Type.String({
      description: 'The ETag that you read. If the profile has changed since, the call changes nothing.',
    }),
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
