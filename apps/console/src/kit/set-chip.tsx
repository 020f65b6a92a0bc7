import { Icon } from './icon.tsx'

/** A filter that is set, and goes away when it is pressed. */
export function SetChip({ text, remove }: { readonly text: string; readonly remove: () => void }) {
  return (
    <button className="chip chip-on" type="button" onClick={remove}>
      {text}
      <Icon name="close" />
      <span className="sr">remove</span>
    </button>
  )
}
