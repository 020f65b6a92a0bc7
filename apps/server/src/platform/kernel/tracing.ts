import { Failure } from './failures.ts'

/** Of a few values each, and never what somebody typed or what tells of a person: traces leave the server. */
export type Facts = Readonly<Record<string, string | number>>

/** A part of the work on one request, from its beginning to its end. */
export interface Span {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  rename(name: string): void
  set(facts: Facts): void
  /** Something that happened on the way. */
  mark(name: string): void
  /** What is begun within `work`, now or later, belongs to this span. */
  run<T>(work: () => T): T
  /** With the kind of the failure, where it is one. */
  end(failure?: string): void
}

/** Tells who did what for how long; the type is here since everybody tells, and the app knows whom. */
export interface Tracing {
  /** Goes on with the caller's trace where `traceparent` names one (W3C Trace Context). */
  beginRequest(name: string, options: { traceparent: string | null; facts: Facts }): Span
  /** Null where no request is being traced: what the server does by itself is not. */
  beginStep(name: string, facts?: Facts): Span | null
}

/** The name of a failure in a trace: no message, which may quote what somebody typed. */
export function failureKind(error: unknown): string {
  if (error instanceof Failure) return error.problem.code
  return error instanceof Error ? error.name : typeof error
}
