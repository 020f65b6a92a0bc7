import { createHmac } from 'node:crypto'
import type { OldTable } from './old-database.ts'
import {
  bcryptOfFourRounds,
  longPassword,
  plainPassword,
  shortPassword,
  unicodePassword,
} from './old-hashes.ts'
import { largePicture, picture } from './old-pictures.ts'

const shortText = 'varchar(255) null'

const userColumns = {
  id: 'SERIAL',
  username: 'varchar(255) not null unique',
  email: 'varchar(255) not null unique',
  last_name: 'varchar(255) not null',
  first_name: 'varchar(255) not null',
  password: 'varchar(255) not null',
}

function user(id: number, username: string, email: string, password: string, names = ['Ana', 'Pop']) {
  const [first_name = '', last_name = ''] = names
  return { id, username, email, last_name, first_name, password }
}

/** They sign in after the import, whatever the answers to its questions are. */
export const sessionCodeSignIns = [
  { id: 1, username: 'ana', email: 'ana@example.com', password: shortPassword, fullName: 'Ana Pop' },
  { id: 2, username: 'dan', email: 'dan@example.com', password: '123456', fullName: 'Dan Ionescu' },
  {
    id: 3,
    username: 'ioana',
    email: 'Ioana.Radu@example.com',
    password: unicodePassword,
    fullName: 'Ioana Maria Radu',
  },
  // Of a longer password, only the 72 bytes that bcrypt read.
  { id: 4, username: 'mihai', email: 'mihai@example.com', password: longPassword, fullName: 'Mihai Ene' },
] as const

const users = [
  user(1, 'ana', 'ana@example.com', bcryptOfFourRounds[shortPassword]),
  user(2, 'dan', 'dan@example.com', bcryptOfFourRounds['123456'], ['Dan', 'Ionescu']),
  user(3, 'ioana', 'Ioana.Radu@example.com', bcryptOfFourRounds[unicodePassword], ['Ioana Maria', 'Radu']),
  user(4, 'mihai', 'mihai@example.com', bcryptOfFourRounds[longPassword], ['Mihai', 'Ene']),
]

/** Nothing was checked when they signed up. */
const doubtfulUsers = [
  // The email address of another person as a username.
  user(5, 'ana@example.com', 'eva@example.com', bcryptOfFourRounds[plainPassword], ['Eva', 'Stan']),
  user(6, '0712345678', 'digits@example.com', bcryptOfFourRounds[plainPassword], ['Florin', 'Dinu']),
  user(7, 'Gabriela from Cluj', 'gabi@example.com', bcryptOfFourRounds[plainPassword], ['Gabriela', '-']),
  user(8, 'h'.repeat(255), 'long@example.com', bcryptOfFourRounds[plainPassword], ['Horia', 'Lup']),
  // Cyrillic letters, which look like the Latin username after it.
  user(9, 'сар', 'other.cap@example.com', bcryptOfFourRounds[plainPassword], ['Ana', 'Alta']),
  // One person in two rows: two forms of one domain.
  user(10, 'ina', 'ina@münchen.example', bcryptOfFourRounds[plainPassword], ['Ina', 'Vogel']),
  user(11, 'ina2', 'ina@xn--mnchen-3ya.example', bcryptOfFourRounds[plainPassword], ['Ina', 'Vogel']),
  user(12, 'cap', 'no address', bcryptOfFourRounds[plainPassword], ['Jan', 'Rus']),
]

/** The rows that every sign-in added. Their texts were the same for all. */
const placeholderCard = {
  occupation: 'Your occupation',
  homeaddress: 'Your address',
  country: 'Your country',
  county: 'Your county',
  image: Buffer.alloc(0),
}
const placeholderLinks = {
  linkedin: 'https://www.linkedin.com/',
  facebook: 'https://www.facebook.com/',
  github: 'https://github.com/',
  instagram: 'https://www.instagram.com/',
  twitter: 'https://twitter.com/',
  youtube: 'https://www.youtube.com/',
  description: 'Your description',
}

function profileCards(): OldTable {
  const ownCard = {
    occupation: 'Engineer',
    homeaddress: 'Strada Lungă 5',
    country: 'Romania',
    county: 'Cluj',
  }
  return {
    name: 'profile_card',
    columns: {
      id: 'SERIAL',
      user_id: 'integer',
      occupation: shortText,
      homeaddress: shortText,
      country: shortText,
      county: shortText,
      image: 'BLOB',
    },
    rows: [
      // The row with the lowest id counts. The others are from later sign-ins.
      { id: 1, user_id: 1, ...ownCard, image: picture() },
      { id: 2, user_id: 1, ...placeholderCard },
      { id: 3, user_id: 2, ...placeholderCard },
      { id: 4, user_id: 2, ...ownCard, image: picture() },
      // A column of MySQL holds 65,535 bytes, and without strict mode the rest was cut.
      { id: 5, user_id: 3, ...ownCard, image: largePicture().subarray(0, 65_535) },
      { id: 6, user_id: 4, ...placeholderCard, occupation: null, image: Buffer.from('no picture') },
    ],
  }
}

const socialLinks: OldTable = {
  name: 'social_links',
  columns: {
    id: 'SERIAL',
    linkedin: shortText,
    facebook: shortText,
    github: shortText,
    instagram: shortText,
    twitter: shortText,
    youtube: shortText,
    description: 'text null',
    user_id: 'integer',
  },
  rows: [
    {
      ...placeholderLinks,
      id: 1,
      user_id: 1,
      github: 'https://github.com/ana-pop',
      // No link that a page may show.
      facebook: 'javascript:alert(1)',
      twitter: 'https://twitter.com.example/ana',
      youtube: null,
      description: 'Builds bridges',
    },
    { ...placeholderLinks, id: 2, user_id: 1 },
    { ...placeholderLinks, id: 3, user_id: 2 },
  ],
}

/** The key of the old program, with which it signed the token behind each code. */
export const oldSessionKey = 'the-key-of-the-old-program'

/** The one code that names one person. */
export const goodSessionCode = { code: 'Q7M2K9X', userId: 1 } as const
/** Codes that prove no one: of two people, of no one who exists, expired, or signed by another program. */
export const badSessionCodes = ['SHARED1', 'GONE123', 'EXPIRED', 'FORGED1'] as const

function sessions(now: Date): OldTable {
  const dayMs = 86_400_000
  const rows: readonly [code: string | null, userId: number, expiresAt: number, key?: string][] = [
    ['Q7M2K9X', 1, now.getTime() + dayMs],
    // The same person signed in twice before the program started again.
    ['Q7M2K9X', 1, now.getTime() + dayMs],
    ['SHARED1', 1, now.getTime() + dayMs],
    ['SHARED1', 2, now.getTime() + dayMs],
    ['GONE123', 999, now.getTime() + dayMs],
    ['EXPIRED', 2, now.getTime() - dayMs],
    ['FORGED1', 2, now.getTime() + dayMs, 'another key'],
    [null, 3, now.getTime() + dayMs],
  ]
  return {
    name: 'session',
    columns: { id: 'SERIAL', session_string: shortText, jwt: 'text not null' },
    rows: rows.map(([code, userId, expiresAt, key = oldSessionKey], index) => ({
      id: index + 1,
      session_string: code,
      jwt: oldToken(userId, expiresAt, key),
    })),
  }
}

function oldToken(sub: number, expiresAt: number, key: string): string {
  const exp = Math.floor(expiresAt / 1000)
  const iat = exp - 86_400
  const claims = {
    fresh: false,
    iat,
    jti: `00000000-0000-4000-8000-${iat}`,
    type: 'access',
    sub,
    nbf: iat,
    exp,
  }
  const parts = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  const signed = parts.join('.')
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}

/**
 * By the name of the generation. `now` decides which of the sessions have expired.
 */
export function sessionCodeGenerations(now: Date): Readonly<Record<'plain' | 'latest', readonly OldTable[]>> {
  return {
    /** The first days: passwords as they are, no profiles, no codes. */
    plain: [
      {
        name: 'users',
        columns: userColumns,
        rows: sessionCodeSignIns.map(({ id, username, email, password, fullName }) =>
          user(id, username, email, password, namesOf(fullName)),
        ),
      },
    ],
    latest: [
      { name: 'users', columns: userColumns, rows: [...users, ...doubtfulUsers] },
      profileCards(),
      socialLinks,
      sessions(now),
    ],
  }
}

function namesOf(fullName: string): string[] {
  const [, first = '', last = ''] = /^(.*) (\S+)$/.exec(fullName) ?? []
  return [first, last]
}
