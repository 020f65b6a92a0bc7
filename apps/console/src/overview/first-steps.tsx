import type { ChecklistItem } from '@proxima/client'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { proxima } from '../api/proxima.ts'
import { Icon, type IconName } from '../kit/icon.tsx'

type Step = ChecklistItem['step']

interface StepText {
  readonly title: string
  readonly note: ReactNode
  readonly icon: IconName
  /** Where it is done, or looked up. */
  readonly link: { readonly href: string; readonly text: string } | null
}

const texts: Readonly<Record<Step, StepText>> = {
  administrator: { title: 'Make an administrator', note: 'You', icon: 'person', link: null },
  appearance: {
    title: 'Name and colour',
    note: 'What people see on the pages and in messages.',
    icon: 'theme',
    link: { href: '~/console/server/settings?q=PROXIMA_BRAND', text: 'See the settings' },
  },
  mail: {
    title: 'Set up mail',
    note: (
      <>
        Mails go to the outbox until <code>PROXIMA_MAIL_URL</code> is set.
      </>
    ),
    icon: 'mail',
    link: { href: '~/console/server/settings?q=PROXIMA_MAIL', text: 'See the settings' },
  },
  application: {
    title: 'Connect the first application',
    note: 'A client is a program that gets tokens from this server.',
    icon: 'applications',
    link: { href: '~/console/applications', text: 'Connect' },
  },
  second_administrator: {
    title: 'Invite a colleague',
    note: 'Two administrators are safer than one.',
    icon: 'people',
    link: { href: '~/console/people', text: 'Invite' },
  },
}

/** What to do first with a new server. It goes away when all is done. A failure is not shown: it is only advice. */
export function FirstSteps() {
  const { data } = useQuery({
    queryKey: ['checklist'],
    queryFn: ({ signal }) => proxima.deployment.checklist({ signal }),
  })
  if (data === undefined || data.data.every(({ done }) => done)) return null
  const doneCount = data.data.filter(({ done }) => done).length
  const words = `${doneCount} of ${data.data.length} done`
  return (
    <section className="card">
      <div className="card-head between">
        <div>
          <h2>First steps</h2>
          <p>{words}</p>
        </div>
        <progress className="progress-m" value={doneCount} max={data.data.length} aria-label="First steps">
          {words}
        </progress>
      </div>
      <ul className="rows">
        {data.data.map((item) => (
          <StepRow key={item.step} item={item} />
        ))}
      </ul>
    </section>
  )
}

function StepRow({ item: { step, done } }: { readonly item: ChecklistItem }) {
  const { title, note, icon, link } = texts[step]
  return (
    <li className="row">
      <span className={done ? 'disc disc-ok' : 'disc'}>
        <Icon name={done ? 'check' : icon} />
      </span>
      <div className="row-main">
        <p className="row-title">
          {title}
          {done && <span className="sr"> (done)</span>}
        </p>
        <p className="row-note">{note}</p>
      </div>
      {!done && link && (
        <div className="row-end">
          <Link className="btn btn-secondary btn-s" href={link.href}>
            {link.text}
          </Link>
        </div>
      )}
    </li>
  )
}
