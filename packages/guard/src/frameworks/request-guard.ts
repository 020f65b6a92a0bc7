import type { CurrentUser } from '../current-user.ts'
import { Guard } from '../guard.ts'
import { Refusal } from '../refusal.ts'
import {
  anyUser,
  everyPermission,
  type Requirement,
  recentSignIn,
  secondFactor,
  someRole,
} from '../requirement.ts'
import type { GuardOptions } from '../settings.ts'
import type { UserDetails } from '../user-details.ts'
import { isPromise, type RouteCheck } from './route-check.ts'

/** What a framework needs to know of the guard, and the guard of the framework. */
export interface Framework<Request extends object, Middleware> {
  /** The header `Authorization`. */
  readonly authorizationOf: (request: Request) => string | null | undefined
  readonly middleware: (check: RouteCheck<Request>) => Middleware
}

/** The request, with the caller that a guard remembers on it. */
type Carrier = Record<symbol, CurrentUser | undefined>

/** How long ago a sign-in may be to count as recent: as long as in Proxima itself. */
const recentSeconds = 600

/** The guard of a service, in the shape that is the same for all frameworks. */
export class RequestGuard<Request extends object, Middleware> {
  readonly #guard: Guard
  readonly #framework: Framework<Request, Middleware>
  /**
   * A property of the request that no client can send. Each guard has its own: who is signed in at one issuer is not
   * signed in at another.
   */
  readonly #userKey = Symbol('@proxima/guard: current user')

  /** @throws TypeError if a setting cannot work */
  constructor(options: GuardOptions, framework: Framework<Request, Middleware>) {
    this.#guard = new Guard(options)
    this.#framework = framework
  }

  /** Admits everyone who is signed in. */
  requireUser(): Middleware {
    return this.#middleware(anyUser)
  }

  /** Admits people who have one of the roles. */
  requireRole(...anyOf: string[]): Middleware {
    return this.#middleware(someRole(anyOf))
  }

  /** Admits those who have all of the permissions. */
  requirePermission(...allOf: string[]): Middleware {
    return this.#middleware(everyPermission(allOf))
  }

  /** Admits those who proved their identity a short time ago. Use it in front of what a stolen session must not do. */
  requireRecentSignIn({ maxAgeSeconds = recentSeconds } = {}): Middleware {
    return this.#middleware(recentSignIn(maxAgeSeconds))
  }

  /**
   * Admits those who signed in with a second factor. With `phishingResistant`, only a key counts that no phishing page can
   * use, such as a passkey.
   */
  requireFactor({ phishingResistant: isPhishingResistant = false } = {}): Middleware {
    return this.#middleware(secondFactor({ isPhishingResistant }))
  }

  /** The caller. @throws Error if this guard is not in front of the route */
  currentUser(request: Request): CurrentUser {
    const user = (request as unknown as Carrier)[this.#userKey]
    if (user === undefined) throw new Error('This guard is not in front of the route. Add requireUser().')
    return user
  }

  /**
   * The details of the caller, from the server, at most half a minute old.
   * @throws Error if this guard is not in front of the route; Refusal `invalid_token`, `unavailable`
   */
  async fetchUser(request: Request): Promise<UserDetails> {
    // The server shows the details to the holder of any credential, also of one that is no good here (A70, A71, A77).
    this.currentUser(request)
    return await this.#guard.fetchUser(this.#framework.authorizationOf(request))
  }

  /** Call it when the service stops: until then, the guard keeps a connection to the server. */
  async close(): Promise<void> {
    await this.#guard.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #middleware(requirement: Requirement): Middleware {
    return this.#framework.middleware({
      admit: (request) => this.#admit(request, requirement),
      answer: (error) => {
        if (error instanceof Refusal) return this.#guard.answer(error)
        throw error
      },
    })
  }

  #admit(request: Request, requirement: Requirement): CurrentUser | Promise<CurrentUser> {
    const user = this.#guard.authorize(this.#framework.authorizationOf(request), requirement)
    return isPromise(user)
      ? user.then((found) => this.#remember(request, found))
      : this.#remember(request, user)
  }

  #remember(request: Request, user: CurrentUser): CurrentUser {
    ;(request as unknown as Carrier)[this.#userKey] = user
    return user
  }
}
