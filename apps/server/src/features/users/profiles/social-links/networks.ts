export interface SocialNetwork {
  readonly title: string
  /** As the network itself writes it. */
  readonly host: string
  /** All that lead to it. */
  readonly hosts: RegExp
  /** What stands behind the host in the address of a profile, decoded. Nothing else does. */
  readonly path: RegExp
  /** What stands in the path before a handle. */
  readonly prefix: string
  /** The only parameter that is kept: where there is one, it says whose profile it is. */
  readonly parameter?: string
}

/** Each network's own rules for names change with time, so these are no narrower than to keep profiles apart from all else. */
export const socialNetworks = {
  linkedin: {
    title: 'LinkedIn',
    host: 'www.linkedin.com',
    hosts: /^(?:(?:www|m|[a-z]{2})\.)?linkedin\.com$/,
    path: /^(?:in|company|school)\/[\p{L}\p{N}_-][\p{L}\p{M}\p{N}_-]{0,99}$/u,
    prefix: 'in/',
  },
  facebook: {
    title: 'Facebook',
    host: 'www.facebook.com',
    hosts: /^(?:(?:(?:www|m|web|mbasic|[a-z]{2}-[a-z]{2})\.)?facebook|(?:www\.)?fb)\.com$/,
    path: /^(?:profile\.php\?id=\d{1,20}|(?!.*\.php$)[A-Za-z0-9][A-Za-z0-9.-]{0,74})$/,
    prefix: '',
    parameter: 'id',
  },
  github: {
    title: 'GitHub',
    host: 'github.com',
    hosts: /^(?:www\.)?github\.com$/,
    path: /^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/,
    prefix: '',
  },
  instagram: {
    title: 'Instagram',
    host: 'www.instagram.com',
    hosts: /^(?:(?:www|m)\.)?instagram\.com$/,
    path: /^[A-Za-z0-9_][A-Za-z0-9_.]{0,29}$/,
    prefix: '',
  },
  twitter: {
    title: 'X (Twitter)',
    host: 'x.com',
    hosts: /^(?:(?:www|m|mobile)\.)?(?:twitter|x)\.com$/,
    path: /^[A-Za-z0-9_]{1,15}$/,
    prefix: '',
  },
  youtube: {
    title: 'YouTube',
    host: 'www.youtube.com',
    hosts: /^(?:(?:www|m)\.)?youtube\.com$/,
    path: /^(?:(?:@|c\/|user\/)[\p{L}\p{N}_-][\p{L}\p{M}\p{N}_.·-]{0,99}|channel\/UC[A-Za-z0-9_-]{22})$/u,
    prefix: '@',
  },
} as const satisfies Readonly<Record<string, SocialNetwork>>
