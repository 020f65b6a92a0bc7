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
  form.read('/occupation', patch.occupation, (text) => parseLine(text, occupationLengthMax))
  form.read('/home_address', patch.homeAddress, (text) => parsePlainText(text, homeAddressLengthMax))
  form.read('/county', patch.county, (text) => parseLine(text, countyLengthMax))
  form.read('/description', patch.description, (text) => parsePlainText(text, descriptionLengthMax))
  const country = form.read('/country', patch.country, parseCountry)
  const socialLinks = readLinks(form, patch.socialLinks)
  form.finish()
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
