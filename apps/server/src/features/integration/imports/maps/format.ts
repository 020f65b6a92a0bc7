import Type, { type Static } from 'typebox'
import { mapSocialLinks } from '../../../../platform/kernel/social-networks.ts'

/** The name of the format, and its version. A later one that old maps do not fit gets another number. */
export const mapFormat = 'proxima-import-map/1'

const closed = { additionalProperties: false }
const Name = Type.String({ minLength: 1, maxLength: 200 })
const Scalar = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()])

/** Where the text of a field comes from, and how it is read. Nothing in a map is a program. */
const textMembers = {
  /** A column; `a.b.0` reads within JSON. */
  column: Type.Optional(Name),
  /** Several columns; those that have a text are joined. */
  columns: Type.Optional(Type.Array(Name, { minItems: 1, maxItems: 10 })),
  /** A text with columns in braces. It is nothing if one of them has no value. */
  template: Type.Optional(Type.String({ maxLength: 500 })),
  /** The same for all rows. */
  value: Type.Optional(Type.String({ maxLength: 500 })),
  /** The side table of the columns; without it, the table of the users. */
  from: Type.Optional(Name),
  /** Between the texts of several columns; a space if it is left out. */
  join: Type.Optional(Type.String({ maxLength: 10 })),
  /** Only the first word of the text, or only the words after it. */
  part: Type.Optional(Type.Union([Type.Literal('first_word'), Type.Literal('other_words')])),
  /** Texts that stand for nothing, such as a placeholder. */
  drop: Type.Optional(Type.Array(Type.String({ maxLength: 5_000 }), { maxItems: 50 })),
  /** Texts for what the column has. What is not listed stays as it is. */
  values: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]))),
}
const TextSource = Type.Object(textMembers, closed)
export const TextField = Type.Union([Name, TextSource])

const PhoneField = Type.Union([
  Name,
  Type.Object(
    {
      ...textMembers,
      /** ISO 3166 code of the country of numbers in national form. */
      region: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
    },
    closed,
  ),
])

const UsernameField = Type.Union([
  Name,
  Type.Object(
    {
      ...textMembers,
      /** What becomes of a username that the rules refuse; `rename` if it is left out. */
      if_refused: Type.Optional(Type.Union([Type.Literal('rename'), Type.Literal('drop')])),
    },
    closed,
  ),
])

/** ISO 8601, or a number. A time without a zone is in UTC. */
const TimeField = Type.Union([
  Name,
  Type.Object(
    {
      column: Name,
      from: Type.Optional(Name),
      unit: Type.Optional(Type.Union([Type.Literal('seconds'), Type.Literal('milliseconds')])),
    },
    closed,
  ),
])

/** True if the column has one of the values; without values, if it has any but null, false, 0 and an empty text. */
const Condition = Type.Object(
  {
    column: Name,
    from: Type.Optional(Name),
    values: Type.Optional(Type.Array(Scalar, { minItems: 1, maxItems: 50 })),
  },
  closed,
)

const RolesField = Type.Object(
  {
    column: Name,
    /** All rows of the side table count. */
    from: Type.Optional(Name),
    /** A table with the names of roles, if the column has only their ids. Ids of 16 bytes and as text are the same. */
    lookup: Type.Optional(Type.Object({ table: Name, key: Name, column: Name }, closed)),
    /** The roles of Proxima for each value. What is not listed gives none. */
    values: Type.Record(Type.String(), Type.Array(Type.String({ maxLength: 32 }), { maxItems: 20 })),
    /** Values that people could give themselves in the old backend: the operator is asked before they count. */
    ask: Type.Optional(Type.Array(Type.String(), { maxItems: 50 })),
  },
  closed,
)

const PasswordField = Type.Union([
  Name,
  Type.Object(
    {
      ...textMembers,
      /** The family of the hashes, if their form does not say it, such as `django`. */
      family: Type.Optional(Type.String({ maxLength: 40 })),
      /** The column of the salt, if the hash does not contain it. */
      salt: Type.Optional(Name),
      /** True if the old backend added a pepper to each password. It is a setting of the server, so that no map has it. */
      peppered: Type.Optional(Type.Boolean()),
      /** The hash parameters of a Firebase project, as its console shows them. */
      firebase: Type.Optional(
        Type.Object(
          {
            base64_signer_key: Type.String({ maxLength: 200 }),
            base64_salt_separator: Type.String({ maxLength: 20 }),
            rounds: Type.Integer(),
            mem_cost: Type.Integer(),
          },
          closed,
        ),
      ),
      /** What a text is that is no hash: refused if this is left out. */
      plain: Type.Optional(Type.Union([Type.Literal('refuse'), Type.Literal('accept'), Type.Literal('ask')])),
    },
    closed,
  ),
])

const UserSecretField = Type.Object(
  {
    column: Name,
    /** The column of the part before the dot, if what users have is `key_id.secret`. */
    key_id: Type.Optional(Name),
    /** Whether the column has secrets, or hashes of them. */
    stored: Type.Union([Type.Literal('plain'), Type.Literal('hash')]),
    /** If what is stored as plain looks like a hash, the operator is asked which it is. */
    ask: Type.Optional(Type.Boolean()),
  },
  closed,
)

const Fields = Type.Object(
  {
    username: Type.Optional(UsernameField),
    email: Type.Optional(TextField),
    /** A time, or yes and no. Leave it out unless it proves that the owner receives mail there. */
    email_verified: Type.Optional(TimeField),
    phone_number: Type.Optional(PhoneField),
    phone_number_verified: Type.Optional(TimeField),
    full_name: Type.Optional(TextField),
    given_name: Type.Optional(TextField),
    family_name: Type.Optional(TextField),
    address: Type.Optional(TextField),
    national_id: Type.Optional(TextField),
    locale: Type.Optional(TextField),
    created_at: Type.Optional(TimeField),
    occupation: Type.Optional(TextField),
    home_address: Type.Optional(TextField),
    country: Type.Optional(TextField),
    county: Type.Optional(TextField),
    description: Type.Optional(TextField),
    links: Type.Optional(
      Type.Object(
        mapSocialLinks(() => Type.Optional(TextField)),
        closed,
      ),
    ),
    /** Bytes, or a text in base64. */
    picture: Type.Optional(TextField),
    password: Type.Optional(PasswordField),
    user_secret: Type.Optional(UserSecretField),
    roles: Type.Optional(RolesField),
    /** Accounts that cannot sign in. */
    suspended: Type.Optional(Condition),
    /** Rows that are not imported. */
    skip: Type.Optional(Type.Array(Condition, { maxItems: 10 })),
  },
  closed,
)

/** Rows of another table that belong to a user. Of several, the first in `order` counts, except for roles. */
const SideTable = Type.Object(
  {
    table: Name,
    /** Its column that names the user. */
    match: Name,
    /** The column of the user that it names; the key if it is left out. */
    to: Type.Optional(Name),
    order: Type.Optional(Name),
    /** Only rows with these values. */
    only: Type.Optional(Type.Record(Type.String(), Scalar)),
  },
  closed,
)

/** One generation of a backend, or one form of a file. */
const Variant = Type.Object(
  {
    name: Name,
    /** It is this one if the table has all of these columns, and none of those. */
    when: Type.Optional(
      Type.Object(
        {
          columns: Type.Optional(Type.Array(Name, { maxItems: 50 })),
          without: Type.Optional(Type.Array(Name, { maxItems: 50 })),
          /** And the database has these tables. */
          tables: Type.Optional(Type.Array(Name, { maxItems: 10 })),
        },
        closed,
      ),
    ),
    /** The table of the users. A file needs none. */
    table: Type.Optional(Name),
    /** The column that is different for each user, and never changes. It becomes the external id. */
    key: Name,
    /** Where the list of users is in a JSON document, such as `users`. */
    records: Type.Optional(Name),
    csv: Type.Optional(
      Type.Object(
        {
          separator: Type.Optional(Type.String({ minLength: 1, maxLength: 1 })),
          /** The names of the columns, if the file has no line with them. */
          columns: Type.Optional(Type.Array(Type.String(), { minItems: 1, maxItems: 500 })),
        },
        closed,
      ),
    ),
    tables: Type.Optional(Type.Record(Name, SideTable)),
    fields: Fields,
  },
  closed,
)

export const MapFile = Type.Object(
  {
    format: Type.Literal(mapFormat),
    description: Type.Optional(Type.String({ maxLength: 1_000 })),
    /** The source of the external ids. */
    source: Type.String({ pattern: '^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$' }),
    /** ISO 3166 code for numbers in national form; that of the server if it is left out. */
    region: Type.Optional(Type.String({ pattern: '^[A-Z]{2}$' })),
    /** The first one that fits is used. */
    variants: Type.Array(Variant, { minItems: 1, maxItems: 20 }),
  },
  closed,
)

export type ImportMap = Static<typeof MapFile>
export type MapVariant = Static<typeof Variant>
export type MapFields = Static<typeof Fields>
export type TextSpec = Static<typeof TextSource>
export type TimeSpec = Static<typeof TimeField>
export type ConditionSpec = Static<typeof Condition>
export type SideTableSpec = Static<typeof SideTable>
export type PasswordSpec = Exclude<Static<typeof PasswordField>, string>
