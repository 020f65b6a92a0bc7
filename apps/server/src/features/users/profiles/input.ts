import type { FieldError } from '../../../platform/kernel/failures.ts'
import { Form } from '../../../platform/kernel/form.ts'
import type { Parsed } from '../../../platform/kernel/parsed.ts'
import {
  mapSocialLinks,
  type SocialLinkName,
  socialLinkNames,
  socialNetworks,
} from '../../../platform/kernel/social-networks.ts'
import { parseLine, parsePlainText } from '../accounts/identifiers/plain-text.ts'
import { parseCountry } from './country.ts'
import {
  countyLengthMax,
  descriptionLengthMax,
  homeAddressLengthMax,
  noSocialLinks,
  occupationLengthMax,
  type ProfilePatch,
  type SocialLinks,
} from './model.ts'
import { parseProfileLink } from './social-links/profile-link.ts'
import { parseWebsite } from './social-links/website.ts'

type Parse = (text: string) => Parsed<string>

const parseLink: Readonly<Record<SocialLinkName, Parse>> = mapSocialLinks((name) =>
  name === 'website' ? parseWebsite : (text) => parseProfileLink(text, socialNetworks[name]),
)

/** Converts user input to the stored form. @throws `validation_failed`, naming every invalid field at once */
export function readProfilePatch(patch: ProfilePatch): ProfilePatch {
  const form = new Form()
  const stored = readFields(form, patch)
  form.finish()
  return stored
}

export interface AcceptablePatch {
  readonly patch: ProfilePatch
  readonly errors: readonly FieldError[]
}

/** The same, but leaves out what is invalid. */
export function readAcceptablePatch(given: ProfilePatch): AcceptablePatch {
  const { errors } = readPatchWithErrors(given)
  const invalid = new Set(errors.map(({ pointer }) => pointer))
  const keep = (pointer: string) => !invalid.has(pointer)
  const fields = Object.entries(given).filter(([name]) => keep(pointers[name] ?? ''))
  const links = Object.entries(given.socialLinks ?? {}).filter(([name]) => keep(`/social_links/${name}`))
  const valid: ProfilePatch = {
    ...Object.fromEntries(fields),
    ...(given.socialLinks && { socialLinks: Object.fromEntries(links) }),
  }
  return { patch: readPatchWithErrors(valid).patch, errors }
}

const pointers: Readonly<Record<string, string>> = {
  occupation: '/occupation',
  homeAddress: '/home_address',
  county: '/county',
  description: '/description',
  country: '/country',
}

function readPatchWithErrors(given: ProfilePatch): AcceptablePatch {
  const form = new Form()
  const patch = readFields(form, given)
  return { patch, errors: form.errors }
}

function readFields(form: Form, patch: ProfilePatch): ProfilePatch {
  form.read('/occupation', patch.occupation, (text) => parseLine(text, occupationLengthMax))
  form.read('/home_address', patch.homeAddress, (text) => parsePlainText(text, homeAddressLengthMax))
  form.read('/county', patch.county, (text) => parseLine(text, countyLengthMax))
  form.read('/description', patch.description, (text) => parsePlainText(text, descriptionLengthMax))
  const country = form.read('/country', patch.country, parseCountry)
  const socialLinks = readLinks(form, patch.socialLinks)
  return {
    ...patch,
    ...(patch.country !== undefined && { country }),
    ...(patch.socialLinks !== undefined && { socialLinks }),
  }
}

function readLinks(form: Form, links: ProfilePatch['socialLinks'] = {}): Partial<SocialLinks> {
  if (links === null) return noSocialLinks
  const named = socialLinkNames.filter((name) => links[name] !== undefined)
  return Object.fromEntries(
    named.map((name) => [name, form.read(`/social_links/${name}`, links[name], parseLink[name])]),
  )
}
