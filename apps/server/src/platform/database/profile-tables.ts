import type { AccountId, PictureId } from '../kernel/ids.ts'
import type { SocialLinkName } from '../kernel/social-networks.ts'

/** The tables of profiles; `tables.ts` lists them with all others, and explains their columns in general. */

/** What users say about themselves. The first change adds the row; an account without one has an empty profile. */
export interface ProfilesTable extends Record<SocialLinkName, string | null> {
  account_id: AccountId
  /** Gets a new value with each change. Before the first change it is the id of the account. */
  version: string
  occupation: string | null
  home_address_sealed: string | null
  /** ISO 3166-1 alpha-2. */
  country: string | null
  county: string | null
  description: string | null
}

/** At most one row per account. */
export interface PicturesTable {
  account_id: AccountId
  /** Names the picture in its store. Unique; each upload gets a new one. */
  id: PictureId
  /** 256 random bits: part of the public address of the picture. Unique. Not a secret, since the server hands it out. */
  token: string
  /** The store that holds its files: `database`, `file` or `s3`. */
  store: string
  created_at: number
}

/** The files of the pictures that are stored in the database. */
export interface PictureFilesTable {
  account_id: AccountId
  /** Size and format, for example `256.webp`. */
  name: string
  content: Uint8Array
}
