import type { OldTable } from './old-database.ts'
import { plainPassword, shortPassword, unicodePassword, werkzeugHashes } from './old-hashes.ts'

const columns = {
  id: 'varchar(36) primary key',
  full_name: 'varchar(100) not null',
  phone_number: 'varchar(15) BYTEWISE not null unique',
  email: 'varchar(100) BYTEWISE null unique',
  password_hash: 'HASH not null',
  is_verified: 'boolean null',
  created_at: 'DATETIME null',
}

/** The lengths that the description gives. */
const describedColumns = {
  ...columns,
  full_name: 'varchar(120) not null',
  phone_number: 'varchar(20) BYTEWISE not null unique',
  email: 'varchar(120) BYTEWISE null unique',
}

function id(number: number): string {
  return `7d3f8a10-4c52-4b1e-9a6d-00000000000${number}`
}

function user(number: number, values: Readonly<Record<string, string | null>>) {
  return {
    id: id(number),
    full_name: 'Amina Wanjiru',
    email: null,
    is_verified: false,
    // Naive: the old program wrote UTC and said so nowhere.
    created_at: `2025-06-10 12:34:56.12345${number}`,
    password_hash: werkzeugHashes.pbkdf2[shortPassword],
    ...values,
  }
}

/** They sign in after the import, whatever the answers to its questions are. The numbers are as they were typed. */
export const phonePasswordSignIns = [
  { id: id(1), phone_number: '0712345678', password: shortPassword },
  { id: id(2), phone_number: '+254722000111', password: plainPassword },
  { id: id(3), phone_number: '0733 000 222', password: shortPassword },
  { id: id(4), phone_number: '0744000333', password: unicodePassword },
  { id: id(5), phone_number: '0755000444', password: plainPassword },
] as const

const users = [
  user(1, { phone_number: '0712345678', email: 'alice@example.com' }),
  user(2, {
    full_name: 'Baraka',
    phone_number: '+254722000111',
    email: 'baraka@example.com',
    password_hash: werkzeugHashes.pbkdf2Of23[plainPassword],
  }),
  user(3, {
    full_name: 'Chanua  Otieno ',
    phone_number: '0733 000 222',
    password_hash: werkzeugHashes.scrypt[shortPassword],
  }),
  user(4, {
    full_name: 'Dalmas Ödön',
    phone_number: '0744000333',
    password_hash: werkzeugHashes.scrypt[unicodePassword],
  }),
  // One HMAC: too weak to keep as it is.
  user(5, {
    full_name: 'Esther Njeri',
    phone_number: '0755000444',
    password_hash: werkzeugHashes.sha256[plainPassword],
  }),
]

const doubtfulUsers = [
  // One person in two rows: the old index compared bytes, and only numbers as typed were stored.
  user(6, { full_name: 'Farida Ali', phone_number: '0766000555', email: 'farida@example.com' }),
  user(7, { full_name: 'Farida Ali', phone_number: '+254766000555', email: 'farida@Example.com' }),
  // MySQL without strict mode cut the hash.
  user(8, {
    full_name: 'Githinji Kamau',
    phone_number: '0777000666',
    password_hash: werkzeugHashes.scrypt[plainPassword].slice(0, 128),
  }),
  // One character passed for a number.
  user(9, { full_name: 'Halima', phone_number: '7' }),
]

const [treasurer, member] = ['5b0c6f6e4f0d4f6f8a55c0ffee000001', '5b0c6f6e4f0d4f6f8a55c0ffee000002']

function uuidText(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

const roles: OldTable = {
  name: 'roles',
  columns: {
    id: 'BLOB not null',
    name: 'varchar(50) not null unique',
    description: 'varchar(255) null',
    created_at: 'DATETIME null',
  },
  rows: [
    { id: Buffer.from(treasurer, 'hex'), name: 'treasurer', description: 'Keeps the money' },
    { id: Buffer.from(member, 'hex'), name: 'member', description: null },
  ],
}

const userRoles: OldTable = {
  name: 'user_roles',
  columns: { user_id: 'varchar(36) not null', role_id: 'varchar(36) not null' },
  // The roles have bytes for ids, and this table has their text.
  rows: [
    { user_id: id(1), role_id: uuidText(treasurer) },
    { user_id: id(2), role_id: uuidText(member) },
  ],
}

const adminUsers: OldTable = {
  name: 'admin_users',
  columns: {
    id: 'BLOB not null',
    name: 'varchar(100) not null',
    email: 'varchar(120) BYTEWISE not null unique',
    password: 'varchar(255) not null',
    is_superadmin: 'boolean null',
    is_active: 'boolean null',
    created_at: 'DATETIME null',
  },
  rows: [
    {
      id: Buffer.from('5b0c6f6e4f0d4f6f8a55c0ffee0000aa', 'hex'),
      name: 'Root',
      email: 'root@example.com',
      // The old program stored it like this.
      password: 'admin-in-clear',
      is_superadmin: true,
      is_active: true,
      created_at: '2025-06-11 08:00:00',
    },
  ],
}

/** By the name of the generation: the tables of the running code, and those of the description. */
export const phonePasswordGenerations: Readonly<Record<string, readonly OldTable[]>> = {
  migrated: [{ name: 'users', columns, rows: [...users, ...doubtfulUsers] }, roles, userRoles, adminUsers],
  described: [{ name: 'users', columns: describedColumns, rows: users }],
}
