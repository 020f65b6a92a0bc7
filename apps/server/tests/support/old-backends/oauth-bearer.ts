import type { OldTable } from './old-database.ts'
import {
  bcryptOfTwelveRounds,
  longPassword,
  plainPassword,
  shortPassword,
  unicodePassword,
} from './old-hashes.ts'

const columns = {
  id: 'SERIAL',
  name: 'varchar(255) not null',
  email: 'varchar(255) BYTEWISE not null unique',
  password: 'varchar(255) not null',
  role_id: 'integer not null',
  address: 'varchar(255) null',
  nid: 'varchar(255) not null',
  phone_number: 'varchar(255) not null',
  verified: 'boolean not null',
  created_at: 'TIMESTAMPTZ',
}

function user(id: number, values: Readonly<Record<string, string | number | boolean | null>>) {
  return {
    id,
    name: 'Rahima Begum',
    role_id: 1,
    address: null,
    nid: `1990${id}`,
    phone_number: `0171234567${id}`,
    // True for all, so it proves nothing.
    verified: true,
    created_at: `2023-07-14 01:02:0${id % 10}`,
    password: bcryptOfTwelveRounds[shortPassword],
    ...values,
  }
}

/** They sign in after the import, whatever the answers to its questions are. */
export const oauthBearerSignIns = [
  { id: 1, name: 'Rahima Begum', email: 'rahima@example.com', password: shortPassword, role_id: 1 },
  { id: 2, name: 'Shafiq', email: 'shafiq@example.com', password: plainPassword, role_id: 2 },
  { id: 3, name: 'Tania Akter', email: 'Tania@example.com', password: unicodePassword, role_id: 1 },
  // Of a longer password, only the 72 bytes that bcrypt read.
  { id: 7, name: 'Uttam Das', email: 'uttam@example.com', password: longPassword, role_id: 1 },
] as const

const users = [
  user(1, { email: 'rahima@example.com', address: '12 Lake Road, Dhaka' }),
  user(2, {
    name: 'Shafiq',
    email: 'shafiq@example.com',
    role_id: 2,
    password: bcryptOfTwelveRounds[plainPassword],
  }),
  user(3, {
    name: 'Tania Akter',
    email: 'Tania@example.com',
    password: bcryptOfTwelveRounds[unicodePassword],
  }),
  user(7, { name: 'Uttam Das', email: 'uttam@example.com', password: bcryptOfTwelveRounds[longPassword] }),
]

const doubtfulUsers = [
  // Two people with one number.
  user(8, { name: 'Wahid', email: 'wahid@example.com', phone_number: '01812345678' }),
  user(9, { name: 'Yasmin', email: 'yasmin@example.com', phone_number: '01812345678' }),
  // One person in two rows: only the domain was lowercased.
  user(10, { name: 'Zahid', email: 'Zahid@example.com', phone_number: '01912345678' }),
  user(11, { name: 'Zahid', email: 'zahid@example.com', phone_number: '01912345679' }),
  // Any integer was let in, and any text for a number, a name and a national id.
  user(12, { name: '', email: 'empty@example.com', role_id: 7, phone_number: 'none', nid: '' }),
]

const placeTable = { id: 'SERIAL', name: 'varchar(255) not null' }

const codes: OldTable = {
  name: 'verification_code_table',
  columns: { id: 'SERIAL', user_id: 'integer', verification_code: 'integer', created_at: 'TIMESTAMPTZ' },
  // It was never written.
  rows: [],
}

/** By the name of the generation. */
export const oauthBearerGenerations: Readonly<Record<'cities' | 'latest', readonly OldTable[]>> = {
  /** The first day: each person had a city and a centre. */
  cities: [
    {
      name: 'user_table',
      columns: { ...columns, city: 'varchar(255) not null', center: 'varchar(255) not null' },
      rows: users.map((row) => ({ ...row, city: 'Dhaka', center: 'Lake Road' })),
    },
    { name: 'city_table', columns: placeTable, rows: [{ id: 1, name: 'Dhaka' }] },
    { name: 'center_table', columns: placeTable, rows: [{ id: 1, name: 'Lake Road' }] },
  ],
  latest: [{ name: 'user_table', columns, rows: [...users, ...doubtfulUsers] }, codes],
}
