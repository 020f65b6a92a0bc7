import type { ContractMount } from '../../../platform/config/contract-paths.ts'
import type { AskedRequest, OtherApi } from '../../../platform/kernel/other-api.ts'
import type { AnyContract, ContractRoute } from './contract.ts'

/** A route of a contract at its place. */
export interface MountedRoute {
  readonly method: string
  /** With the prefix. */
  readonly path: string
  readonly route: ContractRoute
  /** True if the server has a route of its own at this place, and a request says which it means. */
  readonly isShared: boolean
}

export interface MountedContract {
  readonly contract: AnyContract
  readonly routes: readonly MountedRoute[]
  readonly api: OtherApi
}

export function mountAt({ prefix }: Pick<ContractMount, 'prefix'>, contract: AnyContract): MountedContract {
  const routes = Object.entries(contract.routes).map(([place, route]: [string, ContractRoute]) => {
    const [method = '', path = ''] = place.split(' ')
    return { method, path: prefix + path, route, isShared: prefix === '' && route.isNative !== undefined }
  })
  const api = {
    owns: ownerOf(prefix, routes),
    refusal: (failure, request, status) =>
      contract.refusal(failure, { ...request, path: request.path.slice(prefix.length) }, status),
    corsMethods: contract.corsMethods,
  } satisfies OtherApi
  return { contract, routes, api }
}

/**
 * Everything below a prefix belongs to the contract. Without a prefix, so do its paths and what is below them: a mistyped
 * path gets an answer that the old client can read.
 */
function ownerOf(prefix: string, routes: readonly MountedRoute[]): OtherApi['owns'] {
  const shared = new Map(routes.filter(({ isShared }) => isShared).map((each) => [each.path, each.route]))
  const own = routes.map(({ path }) => path).filter((path) => path !== '/' && !shared.has(path))
  const roots = prefix === '' ? own : [prefix]
  return (request) => {
    const sharing = shared.get(request.path)
    if (sharing !== undefined) return isForContract(sharing, request)
    return roots.some((root) => request.path === root || request.path.startsWith(`${root}/`))
  }
}

export function isForContract({ isNative }: ContractRoute, request: AskedRequest): boolean {
  return isNative?.(request) !== true
}
