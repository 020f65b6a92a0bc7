import type { IConfiguration, IForbiddenRuleType } from 'dependency-cruiser'
import { readingOrder, source } from './scripts/reading-order.ts'

/** The rooms of a feature, as patterns of paths. ARCHITECTURE.md says what each may contain. */
const inSource = `^${source}/`
const anyOf = (folders: readonly string[]) => `^${source}/(?:${folders.join('|')})/`
const features = `${inSource}features/`
const room = (name: string) => `${features}.+/${name}\\.ts$`

const model = room('model')
const schema = room('schema')
const repository = room('repository')
const queries = room('queries')
const service = room('service')
const routes = room('routes')
/** What the routes of several features answer in the same way. */
const answer = room('answer')
/** Pages are HTTP from the request to the markup. They call services, as routes do. */
const pages = `${inSource}features/pages/`
const markup = `${inSource}platform/html/html\\.ts$`
const data = room('[^/]+\\.data')
const identifiers = `${features}users/accounts/identifiers/`
/** A feature: the second folder of a group, or a group that is itself one feature. */
const feature = `${inSource}(${readingOrder.filter((folder) => folder.startsWith('features/')).join('|')})/`
const ownFolder = `${inSource}$1/`

/** The other workspaces. */
const packages = '^packages/'
const examples = '^examples/'
const browserConsole = '^apps/console/'
const tools = '^(?:bench|scripts)/'

const kernel = `${inSource}platform/kernel/`
const database = `${inSource}platform/database/`
const http = `${inSource}platform/http/`
const app = `${inSource}app/`

const kysely = '(?:^|/)node_modules/kysely/|^kysely(?:/|$)'
const fastify = '(?:^|/)node_modules/(?:fastify|@fastify)/|^(?:fastify|@fastify)(?:/|$)'
const drivers = '(?:^|/)node_modules/(?:pg|mysql2)/|^(?:pg|mysql2)(?:/|$)|^(?:node:)?sqlite$'
const phoneNumbers = '(?:^|/)node_modules/libphonenumber-js/'
/** Modules of Node without side effects, which a pure rule may use. */
const pureModules = '^(?:node:)?(?:buffer|url)$'

/** Tests may import from any room. Only circular imports are forbidden to them too. */
const tests = ['\\.test\\.ts$', '^(?:apps|packages)/[^/]+/tests/']

type To = Extract<IForbiddenRuleType, { to: unknown }>['to']

interface From {
  readonly path?: string | string[]
  readonly pathNot?: string[]
}

function forbid(name: string, comment: string, from: From, to: To): IForbiddenRuleType {
  const path = from.path ?? inSource
  const pathNot = [...tests, ...(from.pathNot ?? [])]
  return { name, comment, severity: 'error', from: { path, pathNot }, to }
}

const order = readingOrder
  .slice(0, -1)
  .map((folder, index) =>
    forbid(
      `reading-order-${folder.replaceAll('/', '-')}`,
      `${folder} imports only from folders above it (scripts/reading-order.ts).`,
      { path: anyOf([folder]) },
      { path: anyOf(readingOrder.slice(index + 1)) },
    ),
  )

const structure = [
  {
    name: 'no-circle',
    comment: 'Modules that import each other cannot be read one after the other. Type imports count.',
    severity: 'error',
    from: {},
    to: { circular: true },
  },
  forbid(
    'listed-folders-from',
    'Every folder has its place in scripts/reading-order.ts.',
    { pathNot: [anyOf(readingOrder)] },
    {},
  ),
  forbid(
    'listed-folders-to',
    'Every folder has its place in scripts/reading-order.ts.',
    {},
    { path: inSource, pathNot: anyOf(readingOrder) },
  ),
  forbid('no-tests-in-production', 'The server does not depend on its tests.', {}, { path: [...tests] }),
  forbid('no-bench-in-production', 'The server does not depend on its benchmarks.', {}, { path: '^bench/' }),
  forbid(
    'resolvable',
    'Every import resolves to a file or an installed package.',
    {},
    { couldNotResolve: true },
  ),
  forbid(
    'declared-packages',
    'The package.json of the server, or of a package, lists what it imports as a dependency, or expects it of its user.',
    { path: [inSource, packages] },
    {
      dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
      dependencyTypesNot: ['type-only', 'npm-peer'],
    },
  ),
] satisfies IForbiddenRuleType[]

const doors = [
  forbid(
    'feature-doors',
    'A feature imports from another feature only its service or its model, and the identifiers of accounts.',
    { path: feature, pathNot: [schema, routes] },
    { path: features, pathNot: [ownFolder, service, model, identifiers] },
  ),
  forbid(
    'route-doors',
    'Routes may also use the answer of another feature, so that it is written once.',
    { path: `${feature}(?:|.+/)routes\\.ts$` },
    { path: features, pathNot: [ownFolder, service, model, identifiers, answer] },
  ),
  forbid(
    'schema-doors',
    'A schema may also use the schemas of other features, so that a view is written once.',
    { path: `${feature}(?:|.+/)schema\\.ts$` },
    { path: features, pathNot: [ownFolder, model, schema, identifiers] },
  ),
  forbid(
    'cli-doors',
    'The command line calls services and shows results in the same views as routes.',
    { path: `${inSource}cli/` },
    { path: features, pathNot: [service, model, schema, identifiers] },
  ),
]

const workspaces = [
  forbid(
    'server-alone',
    'The server imports none of its clients.',
    {},
    { path: [packages, examples, browserConsole] },
  ),
  forbid(
    'packages-alone',
    'A package runs in a program of its own: it imports neither the server nor the tools of this repository.',
    { path: packages },
    { path: ['^apps/', examples, tools] },
  ),
  forbid(
    'console-by-http',
    'The console knows the server by its HTTP interface only, as every other client does.',
    { path: browserConsole },
    { path: [`^apps/(?!console/)`, examples, tools] },
  ),
  forbid(
    'examples-like-users',
    'An example imports what its reader can install: packages only.',
    { path: examples },
    { path: ['^apps/', tools] },
  ),
]

const libraries = [
  forbid(
    'kysely-in-repositories',
    'SQL is written in repositories and the queries beside them, and nowhere else.',
    { pathNot: [repository, queries, database] },
    { path: kysely },
  ),
  forbid(
    'drivers-in-database',
    'Only platform/database knows the database engine.',
    { pathNot: [database] },
    { path: drivers },
  ),
  forbid(
    'fastify-in-routes',
    'HTTP ends at the routes: the code below can be called without it.',
    { pathNot: [routes, answer, pages, http, app] },
    { path: fastify },
  ),
]

const rooms = [
  forbid(
    'routes-call-services',
    'A route calls one service; it sees neither repositories nor the database.',
    { path: [routes, pages] },
    { path: [repository, queries, database] },
  ),
  forbid(
    'services-without-http',
    'A service does not depend on HTTP. Files split from a service follow the same rule.',
    {
      path: features,
      pathNot: [routes, answer, pages, schema, repository, queries, model, data, identifiers],
    },
    { path: [routes, answer, schema, http] },
  ),
  forbid(
    'repositories-without-rules',
    'A repository reads and writes; of the features it sees models and repositories alone.',
    { path: [repository, queries] },
    { path: [features, http], pathNot: [model, repository, queries, data, identifiers] },
  ),
  forbid(
    'queries-in-repositories',
    'Only a repository runs the queries beside it.',
    { pathNot: [repository, queries] },
    { path: queries },
  ),
  forbid(
    'schemas-without-work',
    'A schema describes the data of the API and does nothing else.',
    { path: schema },
    { path: [service, repository, queries, routes, database] },
  ),
  forbid(
    'models-are-pure',
    'A model imports other models and the kernel, so that it runs without a clock, a disk or a network.',
    { path: model },
    { pathNot: [model, markup, kernel, identifiers, data, pureModules] },
  ),
  forbid(
    'identifiers-are-pure',
    'The identifiers of accounts are a model too; they alone know the numbering plans of the world.',
    { path: identifiers, pathNot: [service] },
    { pathNot: [model, kernel, identifiers, data, pureModules, phoneNumbers] },
  ),
]

const configuration: IConfiguration = {
  forbidden: [...structure, ...order, ...doors, ...workspaces, ...libraries, ...rooms],
  options: {
    // TypeScript 7 has no compiler API yet. swc reads the syntax unchanged, so type imports count.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    // What a build has written.
    exclude: { path: '^apps/console/dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['proxima-source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
  },
}

export default configuration
