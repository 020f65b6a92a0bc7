import { formatNumber } from './time.ts'
import type { Pages } from './use-pages.ts'

interface PagerProps {
  readonly pages: Pages
  /** What the page has, such as "20 people". */
  readonly shown: string
  /** The cursor of the next page; null on the last one. */
  readonly next: string | null
  /** Where the buttons lead: to the page before, and to the next one. */
  readonly labels?: readonly [back: string, on: string]
}

/** The foot of a list, newest first unless the labels say otherwise. */
export function Pager({ pages, shown, next, labels: [back, on] = ['Newer', 'Older'] }: PagerProps) {
  const isFirst = pages.number === 1
  return (
    <div className="card-foot between">
      <span className="num">
        Page {formatNumber(pages.number)}, {shown}
      </span>
      <span className="bar">
        <button
          className="btn btn-secondary btn-s"
          type="button"
          aria-disabled={isFirst}
          onClick={() => isFirst || pages.newer()}
        >
          {back}
        </button>
        <button
          className="btn btn-secondary btn-s"
          type="button"
          aria-disabled={next === null}
          onClick={() => next !== null && pages.older(next)}
        >
          {on}
        </button>
      </span>
    </div>
  )
}
