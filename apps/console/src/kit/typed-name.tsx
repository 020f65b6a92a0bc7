import { Field } from './form.tsx'

interface TypedNameProps {
  readonly name: string
  readonly typed: string
  readonly type: (typed: string) => void
}

/** Asks to type a name, before something that cannot be undone. */
export function TypedName({ name, typed, type }: TypedNameProps) {
  return (
    <Field
      label={`Type ${name} to confirm`}
      name="name"
      value={typed}
      onChange={(event) => type(event.target.value)}
      autoCapitalize="none"
      spellCheck={false}
      required
      {...(typed !== '' && typed !== name && { hint: 'This is not quite it.' })}
    />
  )
}
