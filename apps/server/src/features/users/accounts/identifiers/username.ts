import { accept, type Parsed, refuse } from '../../../../platform/kernel/parsed.ts'
import { asciiDigits, withoutInvisible } from '../../../../platform/kernel/typed-text.ts'
import { capitalSkeletonOf, skeletonOf } from './confusables.ts'
import { foldUntilStable, lowerCase } from './folding.ts'
import { vowelPoints } from './scripts.ts'
import { tooLong, usernameRules } from './username-rules.ts'

export interface Username {
  /** The username as typed, without white space around it. It is shown. */
  readonly given: string
  /** Unique, and used for look-ups at sign-in. */
  readonly canonical: string
  /** The skeletons of the typed and of the canonical form. Each is unique, so that no account can look like another. */
  readonly skeletons: readonly string[]
}

/** In UTF-16 units: enough for 50 code points of two units each, with white space around them. */
const unitsMax = 256

/** Accepts letters and digits of one script, `.`, `_` and `-`, and drops white space around them. */
export function parseUsername(text: string): Parsed<Username> {
  // Check the length first, so that a text of any length costs the same.
  if (text.length > unitsMax) return refuse(tooLong.code, tooLong.detail)
  const given = text.trim()
  const name = given.normalize('NFKC')
  const canonical = fold(name)
  const broken = usernameRules.find((rule) => rule.breaks({ given, name, canonical }))
  if (broken !== undefined) return refuse(broken.code, broken.detail)
  return accept({ given, canonical, skeletons: skeletonsOf(name, canonical) })
}

/**
 * The form in which such a username is stored. An account keeps a username that the rules no longer accept, and its
 * owner still signs in with it, so only a new username is checked.
 */
export function canonicalUsername(text: string): string | null {
  return text.length > unitsMax ? null : fold(text.trim().normalize('NFKC'))
}

/** The skeletons of a text, which does not have to be a valid username. */
export function skeletonsOf(name: string, canonical: string): readonly string[] {
  // `paypaI` looks like `paypal` as it is typed. A Cyrillic `аӏісе` looks like the canonical form of `ALICE`.
  const skeletons = [skeletonOf(name), skeletonOf(canonical)]
  // These scripts have letters that look like Latin capitals, and only such letters.
  const isCapital = /[\p{sc=Canadian_Aboriginal}\p{sc=Cherokee}\p{sc=Lisu}\p{sc=Tifinagh}]/u.test(name)
  return [...new Set(isCapital ? [...skeletons, capitalSkeletonOf(name)] : skeletons)]
}

// People type the letters that look like an apostrophe as any of these.
const apostrophe = /['`\u02b9\u02bb\u02bc\u05f3\u2018\u2019\ua78c]/gu
const vowelPoint = new RegExp(`[${vowelPoints}]`, 'gu')
/** The lajanyalan of N'Ko only stretches a word, like the tatweel of Arabic. */
const stretch = /\u07fa/g

/**
 * Folds case, the kind of digits and of apostrophes, and drops what people may leave out: vowel points, strokes that
 * stretch a word, and characters that no one sees.
 */
function fold(name: string): string {
  return foldUntilStable(name, (text) =>
    asciiDigits(lowerCase(withoutInvisible(text)))
      // The lower case of İ is i with an invisible dot, which becomes a plain i, as in Turkish.
      .replaceAll(/(?<=\p{SD})\u0307/gu, '')
      .replaceAll(vowelPoint, '')
      .replaceAll(stretch, '')
      .replaceAll(apostrophe, '\u02bc')
      .normalize('NFKC'),
  )
}
