import type { Finding } from '@proxima/client'
import { useQuery } from '@tanstack/react-query'
import { proxima } from '../api/proxima.ts'
import { Icon, type IconName } from '../kit/icon.tsx'
import { Empty, FailedPart, SkeletonLines } from '../kit/states.tsx'

/** What `proxima doctor` prints, for the server that answers. */
export function FindingsList() {
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['findings'],
    queryFn: ({ signal }) => proxima.deployment.findings({ signal }),
  })
  return (
    <section className="card">
      <div className="card-head between">
        <div>
          <h2>Findings</h2>
          <p>
            What <code>proxima doctor</code> finds in this server.
          </p>
        </div>
        <button
          className="btn btn-secondary"
          type="button"
          onClick={() => void refetch()}
          {...(isFetching && { 'aria-busy': true })}
        >
          {isFetching ? 'Checking…' : 'Check again'}
        </button>
      </div>
      {error !== null && <FailedPart title="The check failed" error={error} retry={refetch} />}
      {data === undefined && error === null && <SkeletonLines />}
      {data?.data.length === 0 && (
        <Empty icon="check" title="All is well">
          Nothing needs your attention.
        </Empty>
      )}
      <ul className="rows">
        {data?.data.map((finding) => (
          <FindingRow key={`${finding.code} ${finding.summary}`} finding={finding} />
        ))}
      </ul>
    </section>
  )
}

const marks: Readonly<
  Record<Finding['severity'], { readonly icon: IconName; readonly disc: string; readonly text: string }>
> = {
  error: { icon: 'alert', disc: 'disc disc-bad', text: 'Error' },
  warning: { icon: 'warning', disc: 'disc disc-warn', text: 'Warning' },
  note: { icon: 'check', disc: 'disc', text: 'Note' },
}

function FindingRow({ finding: { severity, summary, advice } }: { readonly finding: Finding }) {
  const { icon, disc, text } = marks[severity]
  return (
    <li className="row">
      <span className={disc}>
        <Icon name={icon} />
      </span>
      <div className="row-main">
        <p className="row-title">
          {text}: {summary}
        </p>
        <p className="row-note">{advice}</p>
      </div>
    </li>
  )
}
