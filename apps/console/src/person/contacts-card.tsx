import type { ManagedUserDetails } from '@proxima/client'
import { useAdministrator } from '../app/administrator.tsx'
import { Icon } from '../kit/icon.tsx'
import { startVerification } from './person-acts.ts'

export function ContactsCard({ person }: { readonly person: ManagedUserDetails }) {
  const contacts = [
    { channel: 'email', kind: 'Email', icon: 'mail', value: person.email, isVerified: person.email_verified },
    {
      channel: 'phone_number',
      kind: 'Phone',
      icon: 'phone',
      value: person.phone_number,
      isVerified: person.phone_number_verified,
    },
  ] as const
  const given = contacts.filter(({ value }) => value !== null)
  return (
    <section className="card">
      <div className="card-head">
        <h2>Contacts</h2>
        {given.length === 0 && (
          <p>None. The person can sign in, but not recover the account by themselves.</p>
        )}
      </div>
      <ul className="rows">
        {given.map((contact) => (
          <ContactRow key={contact.channel} person={person} {...contact} value={contact.value ?? ''} />
        ))}
      </ul>
    </section>
  )
}

interface ContactRowProps {
  readonly person: ManagedUserDetails
  readonly channel: 'email' | 'phone_number'
  readonly kind: string
  readonly icon: 'mail' | 'phone'
  readonly value: string
  readonly isVerified: boolean
}

function ContactRow({ person, channel, kind, icon, value, isVerified }: ContactRowProps) {
  const { may } = useAdministrator()
  return (
    <li className="row">
      <span className="disc">
        <Icon name={icon} />
      </span>
      <div className="row-main">
        <p className="row-title">
          <span className="ltr">{value}</span>
        </p>
        <p className="row-note">{kind}</p>
      </div>
      <div className="row-end">
        <span className={isVerified ? 'badge badge-ok' : 'badge badge-warn'}>
          {isVerified ? 'Verified' : 'Not verified'}
        </span>
        {!isVerified && may('users:write') && person.status === 'active' && (
          <button
            className="btn btn-secondary btn-s"
            type="button"
            onClick={() => void startVerification(person, channel)}
          >
            Send a code
          </button>
        )}
      </div>
    </li>
  )
}
