import { type InputHTMLAttributes, type ReactNode, useId } from 'react'

interface ChoiceProps<Value extends string> {
  readonly label: string
  readonly name: string
  readonly value: Value
  readonly choices: readonly { readonly value: Value; readonly text: string }[]
  readonly onChange: (value: Value) => void
}

/** One of several, in a list that opens. */
export function Choice<Value extends string>({ label, name, value, choices, onChange }: ChoiceProps<Value>) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select
        className="input"
        id={id}
        name={name}
        value={value}
        onChange={(event) => {
          const chosen = choices.find((choice) => choice.value === event.target.value)
          if (chosen) onChange(chosen.value)
        }}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.text}
          </option>
        ))}
      </select>
    </div>
  )
}

interface CheckProps extends InputHTMLAttributes<HTMLInputElement> {
  readonly name: string
  readonly children: ReactNode
}

/** A box to tick, and what it means. */
export function Check({ children, ...input }: CheckProps) {
  const id = useId()
  return (
    <div className="check">
      <input type="checkbox" id={id} {...input} />
      <label htmlFor={id}>{children}</label>
    </div>
  )
}
