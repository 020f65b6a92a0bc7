/** A network on which people have a profile, and how the addresses of profiles there are written. */
export interface SocialNetwork {
  readonly title: string
  /** The host as the network itself writes it. */
  readonly host: string
  /** Every host that leads to the network. */
  readonly hosts: RegExp
  /** The path of a profile, decoded, and no other path. */
  readonly path: RegExp
  /** The parts of a profile, such as its videos, which come after its path. */
  readonly parts?: RegExp
  /** Turns another path of a profile into the usual one. */
  readonly rewrite?: (path: string) => string
  /** Paths that lead to a profile only when they are opened. */
  readonly shared?: RegExp
  /** The part of the path before a handle. */
  readonly prefix: string
  /** The only query parameter that is kept, if the network identifies a profile by one. */
  readonly parameter?: string
  /** What a user may write, for the API reference. */
  readonly examples: string
}

/**
 * The social networks of a profile. To add one, add it here, and write a migration that adds its column to `profiles`.
 * The table, the model, the schemas and the checks are derived from this list.
 *
 * Each network changes its own rules for names, so these rules only tell profiles apart from all other pages.
 */
export const socialNetworks = {
  linkedin: {
    title: 'LinkedIn',
    host: 'www.linkedin.com',
    hosts: /^(?:(?:www|m|[a-z]{2})\.)?linkedin\.com$/,
    path: /^(?:in|company|school)\/[\p{L}\p{N}_-][\p{L}\p{M}\p{N}_-]{0,99}$/u,
    // The language of the page, and what a profile shows by itself.
    parts:
      /^((?:in|company|school)\/[^/]+)\/(?:[a-z]{2}(?:-[a-z]{2})?|about|details\/.+|posts|people|recent-activity.*)$/i,
    prefix: 'in/',
    examples: '`ada` or `company/analytical`',
  },
  facebook: {
    title: 'Facebook',
    host: 'www.facebook.com',
    hosts: /^(?:(?:(?:www|m|web|mbasic|[a-z]{2}-[a-z]{2})\.)?facebook|(?:www\.)?fb)\.com$/,
    path: /^(?:profile\.php\?id=\d{1,20}|(?!.*\.php$)[A-Za-z0-9][A-Za-z0-9.-]{0,74})$/,
    parts: /^([^/]+)\/(?:about|followers|following|friends|photos|posts|reels|videos)$/,
    // The path names the person too, but only the number counts.
    rewrite: (path) => path.replace(/^(?:people\/[^/]+|pages\/[^/]+)\/(\d{1,20})$/, 'profile.php?id=$1'),
    shared: /^(?:share|sharer|groups|events|watch|story\.php|permalink\.php)(?:\/|$)/,
    prefix: '',
    parameter: 'id',
    examples: '`ada`, or an address with the number of a profile',
  },
  github: {
    title: 'GitHub',
    host: 'github.com',
    hosts: /^(?:www\.)?github\.com$/,
    path: /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/,
    prefix: '',
    examples: '`ada`',
  },
  instagram: {
    title: 'Instagram',
    host: 'www.instagram.com',
    hosts: /^(?:(?:www|m)\.)?instagram\.com$/,
    path: /^[A-Za-z0-9_][A-Za-z0-9_.]{0,29}$/,
    parts: /^([^/]+)\/(?:followers|following|reels|tagged)$/,
    prefix: '',
    examples: '`ada`',
  },
  twitter: {
    title: 'X (Twitter)',
    host: 'x.com',
    hosts: /^(?:(?:www|m|mobile)\.)?(?:twitter|x)\.com$/,
    path: /^[A-Za-z0-9_]{1,15}$/,
    parts: /^([^/]+)\/(?:followers|following|highlights|media|with_replies)$/,
    prefix: '',
    examples: '`@ada`, at twitter.com or x.com',
  },
  youtube: {
    title: 'YouTube',
    host: 'www.youtube.com',
    hosts: /^(?:(?:www|m)\.)?youtube\.com$/,
    path: /^(?:(?:@|c\/|user\/)[\p{L}\p{N}_-][\p{L}\p{M}\p{N}_.·-]{0,99}|channel\/UC[A-Za-z0-9_-]{22})$/u,
    parts:
      /^(@[^/]+|(?:c|user|channel)\/[^/]+)\/(?:about|community|featured|live|playlists|podcasts|posts|releases|search|shorts|streams|videos)$/,
    prefix: '@',
    examples: '`@ada`, or the address of a channel',
  },
} as const satisfies Readonly<Record<string, SocialNetwork>>

export type SocialNetworkName = keyof typeof socialNetworks
export type SocialLinkName = SocialNetworkName | 'website'

export const socialNetworkNames = Object.keys(socialNetworks) as readonly SocialNetworkName[]
export const socialLinkNames: readonly SocialLinkName[] = [...socialNetworkNames, 'website']

/** Makes one value for each social link. */
export function mapSocialLinks<T>(make: (name: SocialLinkName) => T): Record<SocialLinkName, T> {
  return Object.fromEntries(socialLinkNames.map((name) => [name, make(name)])) as Record<SocialLinkName, T>
}
