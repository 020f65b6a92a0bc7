/** In code points. */
export const occupationLengthMax = 200
export const homeAddressLengthMax = 500
export const countryLengthMax = 100
export const countyLengthMax = 200
export const descriptionLengthMax = 2_000
/** Of what is typed, and of the URL that it becomes. */
export const socialLinkLengthMax = 500

/** As https URLs. */
export interface SocialLinks {
  readonly linkedin: string | null
  readonly facebook: string | null
  readonly github: string | null
  readonly instagram: string | null
  readonly twitter: string | null
  readonly youtube: string | null
  readonly website: string | null
}

export const noSocialLinks: SocialLinks = {
  linkedin: null,
  facebook: null,
  github: null,
  instagram: null,
  twitter: null,
  youtube: null,
  website: null,
}

/** What people say of themselves; nobody has proved any of it. */
export interface ProfileFields {
  readonly occupation: string | null
  /** Sealed at rest. */
  readonly homeAddress: string | null
  /** ISO 3166-1 alpha-2. */
  readonly country: string | null
  readonly county: string | null
  readonly description: string | null
}

/** Without the picture, which is kept apart. */
export interface WrittenProfile extends ProfileFields {
  /** Another one after each change. No two profiles ever have the same. */
  readonly version: string
  readonly socialLinks: SocialLinks
}

/** With the picture, whose changes make another version too. */
export interface Profile extends WrittenProfile {
  /** At which anybody may see the picture who knows it. */
  readonly imageUrl: string | null
}

/** What is absent stays, null clears; so it is with each of the links, and null for them clears them all. */
export interface ProfilePatch extends Partial<ProfileFields> {
  readonly socialLinks?: Partial<SocialLinks> | null
}
