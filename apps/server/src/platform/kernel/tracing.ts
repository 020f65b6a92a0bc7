import { Failure } from './failures.ts'

/** Attributes with few values each. Never a text that a person typed or data about a person: traces leave the server. */
export type Facts = Readonly<Record<string, string | number>>

/** A part of the work on one request, with its start and its end. */
export interface Span {
  /** 32 hexadecimal digits. */
  readonly traceId: string
  rename(name: string): void
  set(facts: Facts): void
  /** Records an event within the span. */
  mark(name: string): void
  /** Runs `work`. Every span that begins within it, now or later, belongs to this span. */
  run<T>(work: () => T): T
  /** Ends the span, with the kind of failure if the work failed. */
  end(failure?: string): void
}

/**
 * Reports how long each part of the work takes. The type is in the kernel because every part of the server reports, and
 * the app decides where the reports go.
 */
export interface Tracing {
  /** Continues the trace of the caller if `traceparent` names one (W3C Trace Context). */
  beginRequest(name: string, options: { traceparent: string | null; facts: Facts }): Span
  /** @returns null if no request is being traced; work that the server starts by itself is not traced */
  beginStep(name: string, facts?: Facts): Span | null
}

/** Returns the name of a failure for a trace, without its message, which may quote what a person typed. */
export function failureKind(error: unknown): string {
  if (error instanceof Failure) return error.problem.code
  return error instanceof Error ? error.name : typeof error
}
