import type { Names } from '../../users/accounts/model.ts'
import type { ProfileFields, SocialLinks } from '../../users/profiles/model.ts'

/** What owners say about themselves: the names of the account, and the profile without its picture. */
export interface OwnProfile {
  readonly names: Names
  readonly about: ProfileFields
  readonly socialLinks: SocialLinks
}

export interface VersionedProfile extends OwnProfile {
  /** Changes with any of the texts. */
  readonly version: string
}
