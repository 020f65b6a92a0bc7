import { closeSync, openSync, readSync } from 'node:fs'
import { nearestName } from './nearest-name.ts'
import { printable, quote } from './setting.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** The text of a setting as the operator gave it. `path` is the file that NAME_FILE names. */
export interface Given {
  readonly text: string
  readonly path: string | null
}

const prefix = 'PROXIMA_'
const testPrefix = 'PROXIMA_TEST_'
const fileSuffix = '_FILE'
const fileSizeMaxBytes = 65_536

/** Returns the text given for `name`, or null. Adds what is wrong with it to `problems`. */
export function readGiven(environment: Environment, name: string, problems: string[]): Given | null {
  const text = environment[name] ?? ''
  const path = environment[name + fileSuffix] ?? ''
  if (text !== '' && path !== '') {
    problems.push(`${name} and ${name}${fileSuffix} are both set. Keep one of them.`)
    return null
  }
  if (path === '') return text === '' ? null : { text, path: null }
  try {
    return { text: readTextFile(path), path }
  } catch (error) {
    problems.push(`${name}${fileSuffix} names ${quote(path)}, which ${reasonOf(error)}.`)
    return null
  }
}

class Unreadable extends Error {}

function reasonOf(error: unknown): string {
  if (error instanceof Unreadable) return error.message
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  if (code === 'ENOENT') return 'does not exist'
  if (code === 'EISDIR') return 'is a folder, not a file'
  return `cannot be read (${code})`
}

/** Refuses bytes that are not UTF-8: decoding would turn each of them into the same replacement character. */
function readTextFile(path: string): string {
  const bytes = readBytes(path)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new Unreadable('is not UTF-8 text')
  }
  const value = text.replace(/\r?\n$/, '')
  // This is not the same as "not set": the operator meant to give a value, perhaps a secret that is still missing.
  if (value === '') throw new Unreadable('is empty')
  if (value.includes('\0')) throw new Unreadable('contains a NUL character')
  return value
}

/** Reads at most the limit, because the path may also name a device or a pipe, which have no size. */
function readBytes(path: string): Uint8Array {
  const bytes = new Uint8Array(fileSizeMaxBytes + 1)
  const file = openSync(path, 'r')
  try {
    let length = 0
    while (length < bytes.length) {
      const read = readSync(file, bytes, length, bytes.length - length, null)
      if (read === 0) return bytes.subarray(0, length)
      length += read
    }
  } finally {
    closeSync(file)
  }
  throw new Unreadable(`is larger than ${fileSizeMaxBytes} bytes`)
}

// Kubernetes sets these in every container if there is a Service called "proxima".
const serviceLink = /^PROXIMA_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_\d+_(TCP|UDP)(_.+)?)$/

/** Returns a problem for each name that begins with our prefix but is not a setting: it would have no effect. */
export function findUnknown(environment: Environment, names: readonly string[]): readonly string[] {
  const known = new Set(names.flatMap((name) => [name, name + fileSuffix]))
  const unknown = Object.entries(environment)
    .filter(([name, text]) => text !== undefined && text !== '' && !known.has(name))
    .map(([name]) => name)
    .filter((name) => name.toUpperCase().startsWith(prefix) && !name.startsWith(testPrefix))
  const links = unknown.filter((name) => serviceLink.test(name))
  const problems = unknown.filter((name) => !links.includes(name)).map((name) => unknownProblem(name, names))
  return links.length === 0 ? problems : [...problems, linksProblem(links)]
}

function unknownProblem(name: string, names: readonly string[]): string {
  const ofFile = name.toUpperCase().endsWith(fileSuffix)
  const nearest = nearestName(ofFile ? name.slice(0, -fileSuffix.length) : name, names)
  const hint =
    nearest === null
      ? 'docs/config.md lists the settings.'
      : `Did you mean ${nearest}${ofFile ? fileSuffix : ''}?`
  return `${printable(name)} is not a setting. ${hint}`
}

function linksProblem(links: readonly string[]): string {
  return (
    `${links.map(printable).join(', ')}: these are not settings. Kubernetes sets them, and PROXIMA_PORT, for a Service ` +
    'that is called "proxima". Set "enableServiceLinks: false" in the pod, or give the Service another name.'
  )
}
