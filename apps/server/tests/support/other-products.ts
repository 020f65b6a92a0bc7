import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** The users of another product, in the form in which it stores or exports them. Each has the password `pass123`. */
export interface ProductFixture {
  /** The map, and the variant of it that must be chosen. */
  readonly map: string
  readonly variant: string
  /** Statements for a database, or the text of a file. */
  readonly sql?: readonly string[]
  readonly file?: { readonly name: string; readonly text: string }
  /** The password as the map reads it. */
  readonly hash: string | null
}

const bcrypt = '$2b$10$jdJbpuR1FgzW6VVCN9ws0ev8DVQbp48f47ojtJzRQBRVZ3IobciPK'
const laravel = '$2y$10$3DF4bUXF5K.H6lfqZTWI0eDCSqbplgTHWDFt//2fvlEm/JnCAooOK'
const django = 'pbkdf2_sha256$29000$qULudpnGp4CV$KY9sVPUR7g/M2d/y9ec5oS+TX3bwPD3xl08+HM7TbrM='
const keycloak = {
  credentialData: '{"hashIterations":27500,"algorithm":"pbkdf2-sha256","additionalParameters":{}}',
  secretData:
    '{"value":"m3mTeXEoDZ3mpM/exZFtPqTWB6edgNm7IMAn5gloXz8=","salt":"yDwwVCKljrRIPfKcAQF+2g==","additionalParameters":{}}',
}
const id = '3f0b39cb-0a1b-4428-b36f-b8c098126dbd'

const betterAuthUser =
  'create table "user" (id text primary key, name text not null, email text not null unique, "emailVerified" integer not null, image text, "createdAt" date not null, "updatedAt" date not null, username text unique, "displayUsername" text, banned integer)'
const betterAuthAccount =
  'create table account (id text primary key, "accountId" text not null, "providerId" text not null, "userId" text not null references "user" (id), "accessToken" text, password text, "createdAt" date not null, "updatedAt" date not null)'

export const productFixtures: readonly ProductFixture[] = [
  {
    map: 'better-auth',
    variant: 'user, camel case',
    sql: [
      betterAuthUser,
      betterAuthAccount,
      `insert into "user" values ('u1', 'Amina Odhiambo', 'amina@example.org', 1, null, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 'amina', 'Amina', 0)`,
      `insert into account values ('a1', 'g', 'google', 'u1', 'token', null, '2026-01-01', '2026-01-01')`,
      `insert into account values ('a2', 'u1', 'credential', 'u1', null, '${bcrypt}', '2026-01-01', '2026-01-01')`,
    ],
    hash: bcrypt,
  },
  {
    map: 'better-auth',
    variant: 'users, snake case',
    sql: [
      'create table users (id text primary key, name text, email text, email_verified integer, image text, created_at integer, updated_at integer)',
      'create table accounts (id text primary key, account_id text, provider_id text, user_id text, password text)',
      `insert into users values ('u1', 'Amina', 'amina@example.org', 1, null, 1767225600, 1767225600)`,
      `insert into accounts values ('a1', 'u1', 'credential', 'u1', '${bcrypt}')`,
    ],
    hash: bcrypt,
  },
  {
    map: 'auth-js',
    variant: 'users (pg, Drizzle)',
    sql: [
      'create table users (id text primary key, name text, email text unique, "emailVerified" datetime, image text)',
      `insert into users values ('c1', 'Amina', 'amina@example.org', 1767225600000, null)`,
    ],
    hash: null,
  },
  {
    map: 'django',
    variant: 'auth_user',
    sql: [
      'create table auth_user (id integer primary key autoincrement, password varchar(128) not null, last_login datetime, is_superuser bool not null, username varchar(150) not null unique, last_name varchar(150) not null, email varchar(254) not null, is_staff bool not null, is_active bool not null, date_joined datetime not null, first_name varchar(150) not null)',
      `insert into auth_user values (1, '${django}', null, 0, 'amina', 'Odhiambo', 'amina@example.org', 0, 1, '2026-01-01 00:00:00', 'Amina')`,
    ],
    hash: django,
  },
  {
    map: 'laravel',
    variant: 'users',
    sql: [
      'create table users (id integer primary key autoincrement, name varchar not null, email varchar not null, email_verified_at datetime, password varchar not null, remember_token varchar, created_at datetime, updated_at datetime)',
      `insert into users values (1, 'Amina', 'amina@example.org', '2026-01-01 00:00:00', '${laravel}', null, '2026-01-01 00:00:00', null)`,
    ],
    hash: laravel,
  },
  ...['devise', 'devise-peppered'].map((map) => ({
    map,
    variant: 'users',
    sql: [
      `create table users (id integer primary key autoincrement, email varchar default '' not null, encrypted_password varchar default '' not null, reset_password_token varchar, remember_created_at datetime, confirmed_at datetime, created_at datetime not null, updated_at datetime not null)`,
      `insert into users values (1, 'amina@example.org', '${bcrypt}', null, null, '2026-01-01 00:00:00', '2026-01-01 00:00:00', '2026-01-01 00:00:00')`,
    ],
    hash: bcrypt,
  })),
  {
    map: 'supabase',
    variant: 'auth.users',
    file: {
      name: 'users.csv',
      text: `instance_id,id,aud,role,email,encrypted_password,email_confirmed_at,raw_app_meta_data,raw_user_meta_data,created_at,phone,phone_confirmed_at,banned_until,deleted_at,is_anonymous\n00000000-0000-0000-0000-000000000000,${id},authenticated,authenticated,amina@example.org,${bcrypt},2026-01-01 00:00:00+00,{},"{""full_name"": ""Amina""}",2026-01-01 00:00:00+00,,,,,f\n`,
    },
    hash: bcrypt,
  },
  {
    map: 'keycloak',
    variant: 'realm export',
    file: {
      name: 'realm.json',
      text: JSON.stringify({
        realm: 'shop',
        users: [
          {
            id,
            createdTimestamp: 1767225600000,
            username: 'amina',
            enabled: true,
            totp: false,
            emailVerified: true,
            firstName: 'Amina',
            lastName: 'Odhiambo',
            email: 'amina@example.org',
            credentials: [{ id, type: 'password', createdDate: 1767225600000, ...keycloak }],
            disableableCredentialTypes: [],
            requiredActions: [],
            realmRoles: ['default-roles-shop'],
            notBefore: 0,
            groups: [],
          },
        ],
      }),
    },
    hash: `${keycloak.credentialData}\n${keycloak.secretData}`,
  },
  {
    map: 'auth0',
    variant: 'password hashes',
    file: {
      name: 'hashes.ndjson',
      text: `${JSON.stringify({ _id: { $oid: '5dea9f9c82dd7c0e76e4ec93' }, email_verified: true, email: 'amina@example.org', passwordHash: bcrypt, password_set_date: { $date: '2026-01-01T00:00:00.000Z' }, tenant: 'shop', connection: 'Username-Password-Authentication', _tmp_is_unique: true })}\n`,
    },
    hash: bcrypt,
  },
  {
    map: 'auth0',
    variant: 'users export',
    file: {
      name: 'users.ndjson',
      text: `${JSON.stringify({ user_id: 'auth0|5dea9f9c82dd7c0e76e4ec93', email: 'amina@example.org', email_verified: true, created_at: '2026-01-01T00:00:00.000Z' })}\n`,
    },
    hash: null,
  },
  ...firebase('lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ=='),
]

/** One user of Firebase, in both forms of its export. */
function firebase(hash: string): readonly ProductFixture[] {
  const salt = '42xEC+ixf3L2lw=='
  const user = {
    localId: 'sSZ9uhUQUgYFuxAOkEmaQhBTmZk1',
    email: 'amina@example.org',
    emailVerified: true,
    passwordHash: hash,
    salt,
    displayName: 'Amina',
    createdAt: '1767225600000',
    lastSignedInAt: '1767225600000',
    providerUserInfo: [],
  }
  const providers = ','.repeat(16)
  const record = `${user.localId},${user.email},true,${hash},${salt},Amina,,${providers}${user.createdAt},${user.createdAt},,false,,\n`
  return [
    {
      map: 'firebase',
      variant: 'JSON',
      file: { name: 'firebase.json', text: JSON.stringify({ users: [user] }) },
      hash,
    },
    { map: 'firebase', variant: 'CSV', file: { name: 'firebase.csv', text: record }, hash },
  ]
}

/** Writes the database or the file. @returns what `--from` names */
export async function writeProduct(folder: string, { file, sql = [] }: ProductFixture): Promise<string> {
  const path = join(folder, file?.name ?? 'users.sqlite')
  if (file !== undefined) {
    await writeFile(path, file.text)
    return path
  }
  const database = new DatabaseSync(path)
  for (const statement of sql) database.exec(statement)
  database.close()
  return path
}
