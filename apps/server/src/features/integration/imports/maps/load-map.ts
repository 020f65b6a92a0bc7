import { readFile } from 'node:fs/promises'
import { Value } from 'typebox/value'
import { Failure, type FieldError } from '../../../../platform/kernel/failures.ts'
import { parseStrictJson, StrictJsonError } from '../../../../platform/kernel/strict-json.ts'
import { mapInvalid } from '../model.ts'
import { type ImportMap, MapFile } from './format.ts'
import { isReadyMade, readyMadeMap, readyMadeNames } from './ready-made.ts'

const depthMax = 12
const errorsMax = 10

/**
 * Loads a map that comes with Proxima by its name, or any other from its file.
 * @throws `map_invalid`, naming every member that is wrong
 */
export async function loadMap(nameOrFile: string): Promise<ImportMap> {
  return parseMap(isReadyMade(nameOrFile) ? await readyMadeMap(nameOrFile) : await readMap(nameOrFile))
}

/** @throws `map_invalid` */
export function parseMap(value: unknown): ImportMap {
  if (Value.Check(MapFile, value)) return value
  const errors = faultsOf(value).slice(0, errorsMax)
  throw new Failure(mapInvalid, { errors })
}

async function readMap(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text === null) {
    const detail = `There is no map "${path}". Give a file, or one of these names: ${readyMadeNames.join(', ')}.`
    throw new Failure(mapInvalid, { detail })
  }
  try {
    return parseStrictJson(text, { depthMax })
  } catch (error) {
    if (!(error instanceof StrictJsonError)) throw error
    throw new Failure(mapInvalid, { detail: `The map is not JSON. ${error.message}` })
  }
}

function faultsOf(value: unknown): FieldError[] {
  const all = Value.Errors(MapFile, value)
  const named = all.flatMap((error): FieldError[] => {
    const { keyword, instancePath: pointer, params, message } = error
    // A member that is unknown is reported by the object that has it.
    if (keyword === 'boolean' || keyword === 'anyOf') return []
    if (keyword === 'additionalProperties' && 'additionalProperties' in params)
      return [{ pointer, code: 'unknown_member', detail: unknownMember(params.additionalProperties) }]
    if (keyword === 'required' && 'requiredProperties' in params)
      return [{ pointer, code: 'member_missing', detail: `Add "${params.requiredProperties.join('", "')}".` }]
    // A field is a text or an object. If it is an object, its faults are those of the object.
    if (keyword === 'type' && message === 'must be string' && isObjectAt(value, pointer)) return []
    return [{ pointer, code: 'value_invalid', detail: `The value ${message}.` }]
  })
  return named.length > 0
    ? named
    : [{ pointer: '', code: 'value_invalid', detail: 'The map must be a JSON object.' }]
}

function unknownMember(names: readonly string[]): string {
  return `Remove "${names.join('", "')}": there is no such member here.`
}

function isObjectAt(value: unknown, pointer: string): boolean {
  let found = value
  for (const part of pointer.split('/').slice(1))
    found = Object.entries(Object(found) as object).find(([name]) => name === part)?.[1]
  return typeof found === 'object' && found !== null
}
