import { ScrollBox } from '../kit/scroll-box.tsx'

interface FiguresTableProps {
  readonly caption: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** The numbers of a chart, for those who do not see it, and for those who want to copy them. */
export function FiguresTable({ caption, head, rows }: FiguresTableProps) {
  const [first, ...numbers] = head
  return (
    <details className="as-table">
      <summary>Show as a table</summary>
      <ScrollBox label={caption}>
        <table className="table">
          <caption className="sr">{caption}</caption>
          <thead>
            <tr>
              <th scope="col">{first}</th>
              {numbers.map((name) => (
                <th key={name} scope="col" className="n">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(([name, ...values]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {values.map((value, column) => (
                  <td key={numbers[column]} className="n">
                    {value}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollBox>
    </details>
  )
}
