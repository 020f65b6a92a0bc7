export type * from './api-types.data.ts'
export {
  type ApiKeyOptions,
  type CookieOptions,
  createProxima,
  type Proxima,
  type ProximaOptions,
  type TokenOptions,
} from './create-proxima.ts'
export { type ClientCode, type ProblemBody, ProximaError } from './error.ts'
export type { List, ListQuery, Page } from './list.ts'
export type { CallOptions, CreateOptions, FileContent } from './request.ts'
export type { SignInSession } from './session.ts'
export type { Listener, SignInState, Status } from './state.ts'
export type { SessionStorage } from './stored-session.ts'
