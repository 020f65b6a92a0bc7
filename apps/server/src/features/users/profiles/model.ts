import { mapSocialLinks, type SocialLinkName } from '../../../platform/kernel/social-networks.ts'

/** In code points. */
export const occupationLengthMax = 200
export const homeAddressLengthMax = 500
export const countryLengthMax = 100
export const countyLengthMax = 200
export const descriptionLengthMax = 2_000
/** The maximum length of the input, and of the URL that results from it. */
export const socialLinkLengthMax = 500

/** The links as https URLs. */
export type SocialLinks = Readonly<Record<SocialLinkName, string | null>>

export const noSocialLinks: SocialLinks = mapSocialLinks(() => null)

/** Information that users give about themselves. No one has verified it. */
export interface ProfileFields {
  readonly occupation: string | null
  /** Sealed at rest. */
  readonly homeAddress: string | null
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null
  readonly county: string | null
  readonly description: string | null
}

/** A profile without the picture, which is stored separately. */
export interface WrittenProfile extends ProfileFields {
  /** Changes with each change of the profile. No two profiles ever have the same. */
  readonly version: string
  readonly socialLinks: SocialLinks
}

/** A profile with its picture. A new picture changes the version too. */
export interface Profile extends WrittenProfile {
  /** Anyone who knows this address may see the picture. */
  readonly imageUrl: string | null
}

/**
 * Changes to a profile. An absent field stays the same, and null clears a field. The same applies to each link. Null
 * instead of links clears them all.
 */
export interface ProfilePatch extends Partial<ProfileFields> {
  readonly socialLinks?: Partial<SocialLinks> | null
}
