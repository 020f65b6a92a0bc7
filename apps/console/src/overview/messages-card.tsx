import { formatNumber } from '../kit/time.ts'
import type { FiguresProps } from './figures.ts'

const channels = { mail: 'Mail', sms: 'Text' } as const

export function MessagesCard({ figures: { current } }: FiguresProps) {
  return (
    <section className="card">
      <div className="card-head">
        <h2>Messages</h2>
        <p>Codes and notices</p>
      </div>
      <div className="table-box">
        <table className="table">
          <thead>
            <tr>
              <th scope="col">Channel</th>
              <th scope="col" className="n">
                Sent
              </th>
              <th scope="col" className="n">
                Given up
              </th>
            </tr>
          </thead>
          <tbody>
            {current.messages.map(({ channel, sent, given_up }) => (
              <tr key={channel}>
                <th scope="row">{channels[channel]}</th>
                <td className="n">{formatNumber(sent)}</td>
                <td className="n">
                  {given_up === 0 ? '0' : <span className="badge badge-bad">{formatNumber(given_up)}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  )
}
