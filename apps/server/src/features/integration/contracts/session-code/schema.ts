import type { Account } from '../../../../platform/kernel/account.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { Form } from '../../../../platform/kernel/form.ts'
import { accept, type Parsed, refuse } from '../../../../platform/kernel/parsed.ts'
import { malformedRequest } from '../../../../platform/kernel/problems.ts'
import type { RegistrationInput } from '../../../authentication/registration/model.ts'
import { displayName } from '../../../users/accounts/model.ts'
import type { Image } from '../../../users/pictures/model.ts'
import type { Profile, ProfilePatch, SocialLinks } from '../../../users/profiles/model.ts'
import { profileView } from '../../../users/profiles/schema.ts'

/** In UTF-16 units. The rules of each field are stricter, and explain themselves. */
const textLengthMax = 4_096

/** A picture of 512,000 bytes as base64 is shorter. */
const imageLengthMax = 720_000

const required = 'Give this field.'

const parsedText = (lengthMax: number) => (given: unknown) => {
  if (typeof given !== 'string') return refuse('type', 'This must be a text.')
  if (given.length > lengthMax) return refuse('too_long', `Use at most ${lengthMax} characters.`)
  return accept(given)
}

type Texts<Name extends string> = Readonly<Record<Name, string | null | undefined>>

/**
 * Reads texts as the old backend did: undefined if a field is missing, and no look at any other field.
 * @throws `malformed_request`, `validation_failed`
 */
function readTexts<Name extends string>(body: unknown, names: readonly Name[]): Texts<Name> {
  const fields = fieldsOf(body)
  const form = new Form()
  const texts = names.map((name) => {
    const given = fields[name]
    const parse = parsedText(name === 'image' ? imageLengthMax : textLengthMax)
    return [name, given === undefined ? undefined : form.read(`/${name}`, given, parse)] as const
  })
  form.finish()
  return Object.fromEntries(texts) as Texts<Name>
}

function fieldsOf(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body === 'object' && body !== null && !Array.isArray(body))
    return body as Readonly<Record<string, unknown>>
  throw new Failure(malformedRequest, { detail: 'Send a JSON object.' })
}

/** Like `readTexts`, for fields that must be there. They may be empty. */
function readAll<Name extends string>(body: unknown, names: readonly Name[]): Readonly<Record<Name, string>> {
  const texts = readTexts(body, names)
  const form = new Form()
  for (const name of names) if ((texts[name] ?? null) === null) form.refuse(`/${name}`, 'required', required)
  form.finish()
  return texts as Readonly<Record<Name, string>>
}

const signUpNames = ['firstName', 'lastName', 'username'] as const

/** True if the sign-up form of the old front end was sent to the path of the sign-in, as it once did. */
export function isSignUp(body: unknown): boolean {
  return hasText(body, signUpNames)
}

function hasText(body: unknown, names: readonly string[]): boolean {
  if (typeof body !== 'object' || body === null) return false
  const fields = body as Readonly<Record<string, unknown>>
  return names.some((name) => typeof fields[name] === 'string' && fields[name] !== '')
}

export function toRegistration(body: unknown): RegistrationInput {
  const { email, password, firstName, lastName, username } = readAll(body, [
    'email',
    'password',
    ...signUpNames,
  ])
  return {
    email,
    password,
    username,
    ...(firstName !== '' && { givenName: firstName }),
    ...(lastName !== '' && { familyName: lastName }),
  }
}

/** An empty form is a wrong password: the front end shows that text, and no text of an error. */
export function toCredentials(body: unknown): { readonly email: string; readonly password: string } {
  const { email, password } = readTexts(body, ['email', 'password'])
  return { email: email ?? '', password: password ?? '' }
}

/** The email wins, as in the old backend. Null if neither is given. */
export function toIdentifier(
  body: unknown,
): { readonly email: string } | { readonly username: string } | null {
  const { email, username } = readTexts(body, ['email', 'username'])
  if (isGiven(email)) return { email }
  return isGiven(username) ? { username } : null
}

function isGiven(text: string | null | undefined): text is string {
  return text !== undefined && text !== null && text !== ''
}

export interface ContactDetail {
  /** Undefined to keep the picture; null to remove it. */
  readonly image: Buffer | null | undefined
  readonly patch: ProfilePatch
}

/**
 * Writes all of these fields: a missing one becomes empty, as in the old backend. Only a missing picture is kept. The old
 * backend failed then, and its front end sends none unless a new one was chosen.
 */
export function toContactDetail(body: unknown): ContactDetail {
  const { image, occupation, homeAddress, country, county } = readTexts(body, [
    'image',
    'occupation',
    'homeAddress',
    'country',
    'county',
  ])
  const patch = {
    occupation: orNull(occupation),
    homeAddress: orNull(homeAddress),
    country: orNull(country),
    county: orNull(county),
  }
  return { image: readImage(image), patch }
}

/** True if the body has a new picture, which costs more than everything else. */
export function hasPicture(body: unknown): boolean {
  return hasText(body, ['image'])
}

function readImage(text: string | null | undefined): Buffer | null | undefined {
  if (text === undefined || text === null) return undefined
  if (text === '') return null
  const form = new Form()
  const image = form.read('/image', text, parseBase64)
  form.finish()
  return image
}

/** The standard alphabet with padding (RFC 4648 §4). Node would skip what does not belong there. */
function parseBase64(text: string): Parsed<Buffer> {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text))
    return refuse('base64_invalid', 'Send the picture as base64.')
  return accept(Buffer.from(text, 'base64'))
}

const linkNames = {
  linkedIn: 'linkedin',
  faceBook: 'facebook',
  gitHub: 'github',
  instagram: 'instagram',
  twitter: 'twitter',
  youtube: 'youtube',
} as const satisfies Record<string, keyof SocialLinks>
type LinkName = keyof typeof linkNames

/** A missing field stays as it is, and null or an empty text clears it. */
export function toSocialLinks(body: unknown): ProfilePatch {
  const names = Object.keys(linkNames) as LinkName[]
  const { description, ...links } = readTexts(body, [...names, 'description'])
  const given = names.filter((name) => links[name] !== undefined)
  return {
    socialLinks: Object.fromEntries(given.map((name) => [linkNames[name], orNull(links[name])])),
    ...(description !== undefined && { description: orNull(description) }),
  }
}

function orNull(text: string | null | undefined): string | null {
  return isGiven(text) ? text : null
}

export function toPasswordChange(body: unknown) {
  return readAll(body, ['currentPassword', 'newPassword'])
}

/** @returns the new value, and the password if a front end that was changed since sends it */
export function toChange(body: unknown, name: 'newEmail' | 'userName') {
  const { [name]: value } = readAll(body, [name])
  return { value, given: toGivenCredentials(body) }
}

/** The body may be missing. */
export function toGivenCredentials(body: unknown) {
  if (body === undefined) return {}
  const { currentPassword } = readTexts(body, ['currentPassword'])
  return isGiven(currentPassword) ? { currentPassword } : {}
}

/** The profile, under the old names. */
export function oldProfile(account: Account, profile: Profile, image: Image | null) {
  const { country_name, county, description, home_address, occupation, social_links } = profileView(profile)
  return {
    HomeAddress: home_address,
    Country: country_name,
    County: county,
    Occupation: occupation,
    // Never null: the front end cannot show its page then.
    Image: image === null ? '' : Buffer.from(image.content).toString('base64'),
    FullName: fullNameOf(account),
    Email: account.email,
    LinkedIn: social_links.linkedin,
    FaceBook: social_links.facebook,
    GitHub: social_links.github,
    Instagram: social_links.instagram,
    Twitter: social_links.twitter,
    Youtube: social_links.youtube,
    Description: description,
  }
}

/** Never empty, because the front end asks again on every page then. */
function fullNameOf(account: Account): string {
  const { givenName, familyName, username, email } = account
  if (givenName !== null && familyName !== null) return `${givenName} ${familyName}`
  return displayName(account) ?? username ?? email ?? '-'
}
