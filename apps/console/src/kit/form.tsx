import { ProximaError } from '@proxima/client'
import { type InputHTMLAttributes, type ReactNode, type SubmitEvent, useId, useState } from 'react'
import { Cancelled, messageOf } from '../api/failures.ts'
import { Icon } from './icon.tsx'

export interface FormState {
  readonly isBusy: boolean
  readonly error: unknown
}

/** Sends a form once, and keeps what was typed if that fails. */
export function useForm(send: (fields: FormData) => Promise<unknown>) {
  const [state, setState] = useState<FormState>({ isBusy: false, error: null })
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (state.isBusy) return
    setState({ isBusy: true, error: null })
    send(new FormData(event.currentTarget)).then(
      () => setState({ isBusy: false, error: null }),
      (error: unknown) => setState({ isBusy: false, error: error instanceof Cancelled ? null : error }),
    )
  }
  return { ...state, onSubmit }
}

/** The text of a field; undefined if it is empty. */
export function textOf(fields: FormData, name: string): string | undefined {
  const value = fields.get(name)
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined
}

/** What was typed, as it is. */
export function typedOf(fields: FormData, name: string): string {
  const value = fields.get(name)
  return typeof value === 'string' ? value : ''
}

/** What was typed, with spaces between several. */
export function listOf(fields: FormData, name: string): string[] {
  return typedOf(fields, name)
    .split(/\s+/)
    .filter((each) => each !== '')
}

interface FieldProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string
  readonly name: string
  readonly hint?: ReactNode
  readonly isOptional?: boolean
  /** The failure of the form. The field shows its part of it. */
  readonly error?: unknown
}

/** A label, a hint, the control, and what is wrong with it. */
export function Field({ label, hint, isOptional = false, error, ...input }: FieldProps) {
  const id = useId()
  const problem = problemOf(error, input.name)
  const describedBy = [hint && `${id}-hint`, problem && `${id}-error`].filter(Boolean).join(' ')
  return (
    <div className="field">
      <label htmlFor={id}>
        {label} {isOptional && <span className="optional">(optional)</span>}
      </label>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <input
        className="input"
        id={id}
        autoComplete="off"
        {...input}
        {...(describedBy && { 'aria-describedby': describedBy })}
        {...(problem && { 'aria-invalid': true })}
      />
      {problem && (
        <p className="error" id={`${id}-error`}>
          <Icon name="alert" />
          <span>{problem}</span>
        </p>
      )}
    </div>
  )
}

function problemOf(error: unknown, name: string): string | undefined {
  if (!(error instanceof ProximaError)) return undefined
  const own = ({ pointer }: { readonly pointer: string }) =>
    pointer === `/${name}` || pointer.startsWith(`/${name}/`)
  return error.fields.find(own)?.detail
}

/** At the top of a form: why it failed, unless a field says so. */
export function FormFailure({
  error,
  names,
}: {
  readonly error: unknown
  readonly names?: readonly string[]
}) {
  if (error === null || names?.some((name) => problemOf(error, name) !== undefined)) return null
  return (
    <div className="alert alert-bad" role="alert">
      <Icon name="alert" />
      <p>{messageOf(error)}</p>
    </div>
  )
}

interface SubmitProps {
  readonly isBusy: boolean
  readonly children: ReactNode
  readonly busyText: string
  readonly isDanger?: boolean
  readonly close?: () => void
}

/** The last row of a form. A busy button keeps its place and is pressed once. */
export function FormActions({ isBusy, children, busyText, isDanger = false, close }: SubmitProps) {
  return (
    <div className="actions">
      {close && (
        <button className="btn btn-secondary" type="button" onClick={close}>
          Cancel
        </button>
      )}
      <button
        className={isDanger ? 'btn btn-danger-solid' : 'btn btn-primary'}
        type="submit"
        {...(isBusy && { 'aria-busy': true, 'aria-disabled': true })}
      >
        {isBusy ? busyText : children}
      </button>
    </div>
  )
}
