import { readFileSync } from 'node:fs'

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema: { readonly $ref?: string } }>>
}

export interface Operation {
  readonly id: string
  readonly method: string
  /** With the names of its parameters, such as `/v1/users/{id}`. */
  readonly path: string
  readonly queryNames: readonly string[]
  readonly takesKey: boolean
  readonly needsCredential: boolean
  readonly bodyTypes: readonly string[]
  /** The names of the schemas of a successful answer; `Blob` for bytes, `void` for none. */
  readonly answers: readonly string[]
  /** The name of the schema of the body; null if there is none. */
  readonly body: string | null
}

interface Described {
  readonly operationId: string
  readonly parameters?: readonly { readonly in: string; readonly name: string }[]
  readonly requestBody?: Content
  readonly security?: readonly object[]
  readonly responses: Readonly<Record<string, Content>>
}

const { paths } = JSON.parse(
  readFileSync(new URL('../../../../docs/openapi.json', import.meta.url), 'utf8'),
) as { paths: Readonly<Record<string, Readonly<Record<string, Described>>>> }

export const operations: readonly Operation[] = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, described]) => operationOf(path, method, described)),
)

function operationOf(path: string, method: string, described: Described): Operation {
  const { operationId: id, parameters = [], requestBody, security = [], responses } = described
  return {
    id,
    method: method.toUpperCase(),
    path,
    queryNames: parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
    takesKey: parameters.some(({ name }) => name === 'idempotency-key'),
    needsCredential: security.length > 0,
    bodyTypes: Object.keys(requestBody?.content ?? {}),
    body: schemasIn(requestBody ?? {})[0] ?? null,
    answers: Object.entries(responses)
      .filter(([status]) => status.startsWith('2'))
      .flatMap(([, answer]) => (answer.content === undefined ? ['void'] : schemasIn(answer))),
  }
}

function schemasIn({ content = {} }: Content): string[] {
  const names = Object.values(content).map(({ schema }) => schema.$ref?.split('/').at(-1) ?? 'Blob')
  return [...new Set(names)]
}
