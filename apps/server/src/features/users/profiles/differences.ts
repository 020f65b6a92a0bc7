import { type Changes, changesOf } from '../../safeguards/audit/model.ts'
import type { WrittenProfile } from './model.ts'

/** What a change has changed, for the audit trail. The home address is sealed where it is stored. */
export function differences(before: WrittenProfile, after: WrittenProfile): Changes {
  return changesOf(fieldsOf(before), fieldsOf(after))
}

function fieldsOf({ occupation, country, county, description, socialLinks, homeAddress }: WrittenProfile) {
  const links = Object.entries(socialLinks).map(([name, url]) => [`social_links.${name}`, url] as const)
  return {
    shown: { occupation, country, county, description, ...Object.fromEntries(links) },
    hidden: { home_address: homeAddress },
  }
}
