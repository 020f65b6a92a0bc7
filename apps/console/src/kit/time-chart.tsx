import { useEffect, useRef, useState } from 'react'
import UPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { formatNumber, formatShort } from './time.ts'

export interface ChartSeries {
  readonly name: string
  readonly values: readonly (number | null)[]
  /** `before` is the same of the period before. Bars are stacked, the first one at the bottom. */
  readonly kind: 'line' | 'before' | 'bar'
  /** A custom property of the design, such as `--c1`. */
  readonly color: string
}

interface TimeChartProps {
  /** One sentence that says what the chart shows. */
  readonly label: string
  readonly times: readonly string[]
  readonly series: readonly ChartSeries[]
  readonly isHourly?: boolean
  /** The time that was chosen by dragging. */
  readonly choose?: (from: Date, to: Date) => void
}

const heightPixels = 220

/** Lines or stacked bars over time. A table beside it has the same numbers. */
export function TimeChart(props: TimeChartProps) {
  const { label, times, series } = props
  const box = useRef<HTMLDivElement>(null)
  const [shown, setShown] = useState<number | null>(null)
  const latest = useRef(props)
  latest.current = props
  // biome-ignore lint/correctness/useExhaustiveDependencies: the plot is made again when its data change
  useEffect(() => {
    if (box.current === null) return
    const element = box.current
    const plot = new UPlot(
      optionsOf(latest.current, element.clientWidth, setShown),
      dataOf(latest.current),
      element,
    )
    const watch = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: heightPixels }))
    watch.observe(element)
    const redraw = () => plot.redraw()
    const theme = new MutationObserver(redraw)
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    const system = matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', redraw)
    return () => {
      watch.disconnect()
      theme.disconnect()
      system.removeEventListener('change', redraw)
      plot.destroy()
    }
  }, [JSON.stringify([times, series])])
  return (
    <div className="time-chart" role="img" aria-label={label}>
      <div ref={box} />
      {shown !== null && times[shown] !== undefined && <Tip {...props} index={shown} />}
    </div>
  )
}

function Tip({ times, series, isHourly = false, index }: TimeChartProps & { readonly index: number }) {
  const isLate = index > times.length / 2
  return (
    <p className={isLate ? 'plot-tip tip-start' : 'plot-tip tip-end'}>
      {formatShort(times[index] ?? '', isHourly)}
      {series.map(({ name, values }) => (
        <span key={name} className="tip-line">
          <b>{formatNumber(values[index] ?? 0)}</b> {name}
        </span>
      ))}
    </p>
  )
}

function dataOf({ times, series }: TimeChartProps): UPlot.AlignedData {
  const seconds = times.map((time) => Date.parse(time) / 1_000)
  return [seconds, ...stacked(series)] as UPlot.AlignedData
}

/** The bars of a stack are drawn from the top: each has the height of all below it, too. */
function stacked(series: readonly ChartSeries[]): (number | null)[][] {
  const sums: number[] = []
  const tops = series.map(({ kind, values }) =>
    values.map((value, index) => {
      if (kind !== 'bar') return value
      sums[index] = (sums[index] ?? 0) + (value ?? 0)
      return sums[index]
    }),
  )
  return series.some(({ kind }) => kind === 'bar') ? tops.toReversed() : tops
}

function optionsOf(
  props: TimeChartProps,
  width: number,
  show: (index: number | null) => void,
): UPlot.Options {
  const { series, choose, isHourly = false } = props
  const isStacked = series.some(({ kind }) => kind === 'bar')
  const drawn = isStacked ? series.toReversed() : series
  return {
    width,
    height: heightPixels,
    padding: [8, 8, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: !isStacked },
      drag: { x: choose !== undefined, y: false, setScale: false },
    },
    scales: { y: { range: (_, __, max) => [0, Math.max(4, max * 1.05)] } },
    axes: [
      {
        stroke: () => colorOf('--ink-2'),
        font: fontOf(),
        grid: { show: false },
        ticks: { show: false },
        space: 90,
        size: 32,
        values: (_, marks) =>
          marks.map((mark) => formatShort(new Date(mark * 1_000).toISOString(), isHourly)),
      },
      {
        stroke: () => colorOf('--ink-2'),
        font: fontOf(),
        grid: { stroke: () => colorOf('--line'), width: 1 },
        ticks: { show: false },
        size: 44,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 100_000, 1_000_000],
        values: (_, marks) => marks.map(shortNumber),
      },
    ],
    series: [{}, ...drawn.map(seriesOptions)],
    hooks: {
      setCursor: [(plot) => show(plot.cursor.idx ?? null)],
      setSelect: [(plot) => chosenOf(plot, choose)],
    },
  }
}

const bars = UPlot.paths.bars?.({ size: [0.8, 40] })

function chosenOf(plot: UPlot, choose: TimeChartProps['choose']): void {
  const { left, width } = plot.select
  if (width < 4 || choose === undefined) return
  const timeAt = (pixels: number) => new Date(plot.posToVal(pixels, 'x') * 1_000)
  choose(timeAt(left), timeAt(left + width))
}

function seriesOptions({ kind, color, name }: ChartSeries): UPlot.Series {
  const stroke = () => colorOf(color)
  if (kind === 'bar')
    return { label: name, fill: stroke, width: 0, points: { show: false }, ...(bars && { paths: bars }) }
  if (kind === 'before') return { label: name, stroke, width: 1.5, dash: [4, 4], points: { show: false } }
  return { label: name, stroke, width: 2, fill: () => colorOf('--brand-soft'), points: { show: false } }
}

function colorOf(property: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(property).trim()
}

function fontOf(): string {
  return `13px ${getComputedStyle(document.body).fontFamily}`
}

function shortNumber(value: number): string {
  return value >= 10_000 ? `${formatNumber(value / 1_000)}k` : formatNumber(value)
}
