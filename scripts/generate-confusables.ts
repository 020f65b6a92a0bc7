/**
 * Writes features/users/accounts/identifiers/confusables.data.ts from two files of Unicode data. ICU's sources
 * have both in `icu4c/source/data/unidata`: confusables.txt (UTS #39) and ppucd.txt, which has the property
 * Identifier_Status. Take the release whose Unicode version is that of Node (`process.versions.unicode`).
 *
 *     node scripts/generate-confusables.ts path/to/unidata
 *
 * A new version of the data changes the stored skeletons, so it needs a migration that computes them again.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  accents,
  apostrophes,
  arabicMarks,
  innerSigns,
  limitedUseScripts,
  vowelPoints,
} from '../apps/server/src/features/users/accounts/identifiers/scripts.ts'

const target = new URL(
  '../apps/server/src/features/users/accounts/identifiers/confusables.data.ts',
  import.meta.url,
)
const lastCodePoint = 0x10ffff

/** The code points with Identifier_Status=Allowed, of the general security profile of UTS #39 §3.1. */
function readAllowed(ppucd: string): Set<number> {
  const allowed = new Set<number>()
  let block = { first: 0, last: -1, status: 'Restricted' }
  for (const line of ppucd.split('\n')) {
    const [kind, range = ''] = line.split(';', 2)
    if (kind !== 'block' && kind !== 'cp' && kind !== 'unassigned') continue
    const [first = 0, last = first] = range.split('..').map((hex) => Number.parseInt(hex, 16))
    const own = /;ID_Status=(\w+)/.exec(line)?.[1]
    if (kind === 'block') {
      block = { first, last, status: own ?? 'Restricted' }
      continue
    }
    const inherited =
      kind === 'cp' && first >= block.first && last <= block.last ? block.status : 'Restricted'
    if ((own ?? inherited) !== 'Allowed') continue
    for (let codePoint = first; codePoint <= last; codePoint++) allowed.add(codePoint)
  }
  return allowed
}

const shared = new RegExp(`^[${accents}${vowelPoints}${arabicMarks}${apostrophes}]$`, 'u')

const accent = new RegExp(`^[${accents}]$`, 'u')

/**
 * The scripts of which all letters fit. People have names with characters that the profile counts as uncommon (the first
 * of 𠮷田), and the profile restricts every letter of a script in limited use.
 */
const wholeScripts = new RegExp(
  `^[\\p{sc=Han}${limitedUseScripts.map((script) => `\\p{sc=${script}}`).join('')}]$`,
  'u',
)

/** Allowed only beside certain letters, and not in the table of allowed characters, but in skeletons. */
const inner = new RegExp(`^[${innerSigns}]$`, 'u')

/** True if the letter is one form of an allowed letter with an accent: that is allowed too where it has no form of its own. */
function isAccented(char: string, status: Set<number>): boolean {
  const [letter = '', ...marks] = Array.from(char.normalize('NFD'))
  const isLetter = /^[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}]$/u.test(letter)
  const isAllowed = isLetter && status.has(letter.codePointAt(0) ?? 0)
  return isAllowed && marks.length > 0 && marks.every((mark) => accent.test(mark))
}

/**
 * True for letters, decimal digits and marks that belong to a script and are their own NFKC form, and for the characters
 * that several scripts share and people need.
 */
function fitsUsername(codePoint: number, status: Set<number>): boolean {
  const char = String.fromCodePoint(codePoint)
  if (shared.test(char)) return true
  if (!status.has(codePoint) && !wholeScripts.test(char) && !isAccented(char, status)) return false
  if (/^[a-z0-9]$/i.test(char)) return true
  if (char.normalize('NFKC') !== char) return false
  return /^[\p{L}\p{Nd}\p{M}]$/u.test(char) && !/^[\p{sc=Zinh}\p{scx=Zyyy}\p{DI}]$/u.test(char)
}

/** The first code point of the lower-case form. Only İ has more than one, and its first is the letter itself. */
function smallLetterOf(codePoint: number): number {
  return String.fromCodePoint(codePoint).toLowerCase().codePointAt(0) ?? codePoint
}

function readConfusables(text: string): Map<string, string> {
  const prototypes = new Map<string, string>()
  for (const line of text.split('\n')) {
    const match = /^\uFEFF?([0-9A-F]+) ;\t([0-9A-F ]+) ;/.exec(line)
    if (match?.[1] === undefined || match[2] === undefined) continue
    const prototype = match[2].split(' ').map((hex) => Number.parseInt(hex, 16))
    prototypes.set(String.fromCodePoint(Number.parseInt(match[1], 16)), String.fromCodePoint(...prototype))
  }
  return prototypes
}

/** Maps each character in its given case, then folds it, and repeats this until nothing changes. */
function foldCompletely(char: string, prototypes: Map<string, string>): string {
  const round = (text: string) =>
    Array.from(text.normalize('NFD'), (each) => prototypes.get(each) ?? each)
      .join('')
      .toLowerCase()
      .replaceAll('ς', 'σ')
      .normalize('NFD')
  let folded = char
  for (let rounds = 0; rounds < 20; rounds++) {
    const next = round(folded)
    if (next === folded) return folded
    folded = next
  }
  throw new Error(`the confusables of U+${char.codePointAt(0)?.toString(16)} form a cycle`)
}

/** The folded form of every character that NFD or the mapping can produce from the allowed characters. */
function foldAll(allowed: readonly number[], prototypes: Map<string, string>): Map<string, string> {
  const folded = new Map<string, string>()
  const queue = allowed.flatMap((codePoint) => Array.from(String.fromCodePoint(codePoint).normalize('NFD')))
  const seen = new Set(queue)
  for (const char of seen) {
    const foldedForm = foldCompletely(char, prototypes)
    if (foldedForm !== char.toLowerCase().normalize('NFD') || char === 'ς') folded.set(char, foldedForm)
    for (const each of foldedForm) seen.add(each)
  }
  return folded
}

const hex = (char: string) => (char.codePointAt(0) ?? 0).toString(16)

function rangesOf(codePoints: readonly number[]): string {
  const ranges: [number, number][] = []
  for (const codePoint of codePoints) {
    const open = ranges.at(-1)
    if (open !== undefined && open[1] === codePoint - 1) open[1] = codePoint
    else ranges.push([codePoint, codePoint])
  }
  return ranges.map(([a, b]) => (a === b ? a.toString(16) : `${a.toString(16)}-${b.toString(16)}`)).join(' ')
}

function groupsOf(folded: Map<string, string>): string {
  const groups = new Map<string, string[]>()
  for (const [char, foldedForm] of folded) groups.set(foldedForm, [...(groups.get(foldedForm) ?? []), char])
  return [...groups]
    .map(([foldedForm, chars]) => `${Array.from(foldedForm, hex).join('+')}<${chars.map(hex).join(',')}`)
    .toSorted()
    .join(' ')
}

const folder = process.argv[2]
if (folder === undefined) throw new Error('Give the folder that contains confusables.txt and ppucd.txt.')
const confusables = readFileSync(join(folder, 'confusables.txt'), 'utf8')
const ppucd = readFileSync(join(folder, 'ppucd.txt'), 'utf8')
const version = /^# Version: (\d+\.\d+)/m.exec(confusables)?.[1]
if (version !== process.versions['unicode'] || !ppucd.includes(`\nucd;${version}`)) {
  throw new Error(`Node has Unicode ${process.versions['unicode']}; both files must be of that version.`)
}
const status = readAllowed(ppucd)
const codePoints = Array.from({ length: lastCodePoint + 1 }, (_, codePoint) => codePoint)
const fitting = new Set(codePoints.filter((codePoint) => fitsUsername(codePoint, status)))
// For a few allowed capitals, the small letter is not allowed. A folded username must still be a valid username.
const allowed = Array.from(fitting).filter((codePoint) => fitting.has(smallLetterOf(codePoint)))
const signs = codePoints.filter((codePoint) => inner.test(String.fromCodePoint(codePoint)))
const folded = foldAll([...allowed, ...signs], readConfusables(confusables))
writeFileSync(
  target,
  `// Generated by scripts/generate-confusables.ts: do not edit.
//
// Derived from the Unicode Character Database and the data of UTS #39, version ${version}.
// Copyright © 1991-2025 Unicode, Inc. SPDX-License-Identifier: Unicode-3.0
// (https://www.unicode.org/license.txt). The terms of that licence apply to this file.

/** Letters, digits and marks with Identifier_Status=Allowed, and those that the generator adds: \`first-last\` or one alone, in hexadecimal. */
export const allowedRanges =
  '${rangesOf(allowed)}'

/** The completely folded look-alike of each character: \`look+alike<char,char\`, in hexadecimal. */
export const lookAlikes =
  '${groupsOf(folded)}'
`,
)
process.stdout.write(`${allowed.length} characters allowed, ${folded.size} with a look-alike\n`)
