/** The course of a number, without a scale. The number itself says the rest. */
export function Spark({ points }: { readonly points: readonly number[] }) {
  if (points.length < 2) return null
  const max = Math.max(...points, 1)
  const place = (value: number, index: number) =>
    `${((index * 120) / (points.length - 1)).toFixed(1)} ${(30.5 - (value / max) * 29).toFixed(1)}`
  const line = `M${points.map(place).join('L')}`
  return (
    <svg className="spark" viewBox="0 0 120 32" preserveAspectRatio="none" aria-hidden="true">
      <path className="area" d={`${line}L120 32L0 32Z`} />
      <path d={line} />
    </svg>
  )
}
