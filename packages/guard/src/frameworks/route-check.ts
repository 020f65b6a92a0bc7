import type { CurrentUser } from '../current-user.ts'
import type { RefusalAnswer } from '../refusal.ts'

/** One requirement in front of a route. */
export interface RouteCheck<Request extends object> {
  /** Lets the caller in and remembers them, or throws. It returns a promise only if there is something to wait for. */
  readonly admit: (request: Request) => CurrentUser | Promise<CurrentUser>
  /** The answer, if `admit` threw because of the caller. It throws every other error again. */
  readonly answer: (error: unknown) => RefusalAnswer
}

/**
 * For frameworks whose middleware returns a promise. Null if the caller is admitted. The route runs after it, so that an
 * error of the route is not a refusal.
 */
export async function refusalOf<Request extends object>(
  { admit, answer }: RouteCheck<Request>,
  request: Request,
): Promise<RefusalAnswer | null> {
  try {
    const admitted = admit(request)
    if (isPromise(admitted)) await admitted
    return null
  } catch (error) {
    return answer(error)
  }
}

/** What happens to a request. */
export interface Outcomes {
  readonly admitted: () => void
  readonly refused: (answer: RefusalAnswer) => void
  readonly failed: (error: unknown) => void
}

/**
 * For frameworks with callbacks. It calls one of the three: at once for a token that was seen before, because a promise
 * would cost more than the check.
 */
export function decide<Request extends object>(
  { admit, answer }: RouteCheck<Request>,
  request: Request,
  { admitted, refused, failed }: Outcomes,
): void {
  const refuse = (error: unknown) => {
    try {
      refused(answer(error))
    } catch (other) {
      failed(other)
    }
  }
  let user: ReturnType<typeof admit>
  try {
    user = admit(request)
  } catch (error) {
    refuse(error)
    return
  }
  // Not inside the block above: an error of the route is not a refusal.
  if (isPromise(user)) user.then(() => admitted(), refuse)
  else admitted()
}

/**
 * Not `instanceof Promise`: some libraries put a class of their own in its place, and an async function still returns
 * the original. A caller who waits to be checked would then be let in.
 */
export function isPromise<Value extends object>(value: Value | Promise<Value>): value is Promise<Value> {
  return 'then' in value
}
