import type { ReactNode } from 'react'

/** A box that scrolls sideways. It takes the focus, so that it scrolls by keyboard too. */
export function ScrollBox({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard
    <section className="table-box" tabIndex={0} aria-label={label}>
      {children}
    </section>
  )
}
