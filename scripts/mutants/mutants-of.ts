import { parseAst } from 'vitest/node'

/** A fault that can be planted: `replacement` in place of the expression from `start` to `end`. */
export interface Mutant {
  /** Stays the same as long as the file does. */
  readonly id: string
  readonly file: string
  readonly line: number
  readonly start: number
  readonly end: number
  /** True if a statement begins with the expression. */
  readonly isFirst: boolean
  readonly original: string
  readonly replacement: string
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [name: string]: unknown
}

type Replace = (node: Node, textOf: (node: Node) => string) => readonly string[]

const otherOperators: Readonly<Record<string, readonly string[]>> = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '&&': ['||'],
  '||': ['&&'],
}

/** Calls without which a query selects more, and a list has more. */
const narrowing = new Set(['where', 'limit', 'filter', 'orderBy', 'slice', 'toSorted', 'toLowerCase'])

const conditional: Replace = () => ['true', 'false']

/** What an expression of each type may become. */
const operators: Readonly<Record<string, Replace>> = {
  BinaryExpression: (node, textOf) => withOtherOperator(node, textOf),
  LogicalExpression: (node, textOf) =>
    node['operator'] === '??' ? [textOf(child(node, 'left'))] : withOtherOperator(node, textOf),
  UnaryExpression: (node, textOf) => (node['operator'] === '!' ? [textOf(child(node, 'argument'))] : []),
  Literal: ({ value }) => (typeof value === 'boolean' ? [String(!value)] : []),
  CallExpression: (node, textOf) => {
    const callee = child(node, 'callee')
    if (callee.type !== 'MemberExpression' || callee['computed'] === true) return []
    const name = child(callee, 'property')['name']
    return narrowing.has(String(name)) ? [textOf(child(callee, 'object'))] : []
  },
}

const calls = new Set(['CallExpression', 'AwaitExpression'])
/** Where a value decides. A change of these two is planted in the place of the whole condition. */
const tests: Readonly<Record<string, string>> = { IfStatement: 'test', ConditionalExpression: 'test' }
/** The texts of failures that cannot happen, and types. */
const skipped = new Set(['ThrowStatement', 'ImportDeclaration', 'Decorator'])

/** Every fault that can be planted in one source file. */
export function mutantsOf(file: string, text: string): Mutant[] {
  const found: Mutant[] = []
  const statements = new Set<number>()
  const textOf = ({ start, end }: Node) => text.slice(start, end)
  const add = ({ start, end }: Node, replacements: readonly string[]) => {
    for (const replacement of replacements) {
      const line = text.slice(0, start).split('\n').length
      const original = text.slice(start, end)
      const id = `${file}:${line}:${start}:${found.length}`
      found.push({ id, file, line, start, end, isFirst: statements.has(start), original, replacement })
    }
  }
  const visit = (node: Node): void => {
    if (skipped.has(node.type)) return
    const test = tests[node.type]
    if (test !== undefined) add(child(node, test), conditional(node, textOf))
    if (node.type === 'ExpressionStatement') statements.add(node.start)
    if (node.type === 'ExpressionStatement' && calls.has(child(node, 'expression').type))
      if (!textOf(node).startsWith('super(')) add(child(node, 'expression'), ['undefined'])
    add(node, operators[node.type]?.(node, textOf) ?? [])
    for (const next of childrenOf(node)) visit(next)
  }
  // Vitest passes on no other parser.
  // oxlint-disable-next-line typescript/no-deprecated
  visit(parseAst(text, { lang: 'ts', astType: 'ts' }) as unknown as Node)
  return found
}

function withOtherOperator(node: Node, textOf: (node: Node) => string): string[] {
  const [left, right] = [child(node, 'left'), child(node, 'right')]
  // Texts are joined, not added.
  if (node['operator'] === '+' && [left, right].some(isText)) return []
  const others = otherOperators[String(node['operator'])] ?? []
  return others.map((operator) => `(${textOf(left)}) ${operator} (${textOf(right)})`)
}

function isText({ type, value }: Node): boolean {
  return type === 'TemplateLiteral' || typeof value === 'string'
}

function child(node: Node, name: string): Node {
  return node[name] as Node
}

function childrenOf(node: Node): Node[] {
  // Of `a as T` and the like, only `a` is there when the server runs.
  if (node.type.startsWith('TS')) return isNode(node['expression']) ? [node['expression']] : []
  return Object.values(node).flat().filter(isNode)
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value
}
