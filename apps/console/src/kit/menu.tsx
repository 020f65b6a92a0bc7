import { Menu as Base } from '@base-ui/react/menu'
import type { ReactElement, ReactNode } from 'react'
import { Icon } from './icon.tsx'

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactElement
  readonly children: ReactNode
  readonly align?: 'start' | 'end'
}

export function Menu({ trigger, children, align = 'end' }: MenuProps) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner className="menu-place" align={align} sideOffset={4}>
          <Base.Popup className="menu-list menu-popup">{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}

interface MenuItemProps {
  readonly onClick?: () => unknown
  /** The element, such as a link. */
  readonly render?: ReactElement
  readonly keepsOpen?: boolean
  readonly children: ReactNode
}

export function MenuItem({ onClick, render, keepsOpen = false, children }: MenuItemProps) {
  return (
    <Base.Item
      className="menu-item"
      closeOnClick={!keepsOpen}
      {...(render && { render })}
      {...(onClick && { onClick: () => void onClick() })}
    >
      {children}
    </Base.Item>
  )
}

interface ChoiceProps<T extends string> {
  readonly label: string
  readonly options: readonly { readonly value: T; readonly text: string }[]
  readonly value: T | null
  readonly choose: (value: T | null) => void
}

/** A filter: dashed while it is not set; filled with its value, and a way to remove it, once it is. */
export function ChoiceChip<T extends string>({ label, options, value, choose }: ChoiceProps<T>) {
  const chosen = options.find((option) => option.value === value)
  if (value !== null)
    return (
      <button className="chip chip-on" type="button" onClick={() => choose(null)}>
        {label}: {chosen?.text ?? value}
        <Icon name="close" />
        <span className="sr">remove</span>
      </button>
    )
  const trigger = (
    <button className="chip" type="button">
      {label}
      <Icon name="down" />
    </button>
  )
  return (
    <Menu trigger={trigger} align="start">
      <Base.RadioGroup value={value} onValueChange={(next: T) => choose(next)}>
        {options.map((option) => (
          <Base.RadioItem key={option.value} value={option.value} className="menu-item" closeOnClick>
            {option.text}
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Menu>
  )
}

interface ColumnsProps<T extends string> {
  readonly options: readonly { readonly value: T; readonly text: string }[]
  readonly chosen: readonly T[]
  readonly choose: (chosen: readonly T[]) => void
}

export function ColumnsMenu<T extends string>({ options, chosen, choose }: ColumnsProps<T>) {
  const trigger = (
    <button className="btn btn-quiet bars-wide" type="button">
      Columns
    </button>
  )
  return (
    <Menu trigger={trigger}>
      {options.map(({ value, text }) => (
        <Base.CheckboxItem
          key={value}
          className="menu-item"
          checked={chosen.includes(value)}
          onCheckedChange={(isOn) =>
            choose(
              options
                .map((option) => option.value)
                .filter((each) => (each === value ? isOn : chosen.includes(each))),
            )
          }
        >
          <span className="menu-mark">
            <Base.CheckboxItemIndicator>
              <Icon name="check" />
            </Base.CheckboxItemIndicator>
          </span>
          {text}
        </Base.CheckboxItem>
      ))}
    </Menu>
  )
}
