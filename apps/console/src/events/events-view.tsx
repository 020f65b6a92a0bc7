import { useState } from 'react'
import { useAdministrator } from '../app/administrator.tsx'
import { Icon } from '../kit/icon.tsx'
import { useTitle } from '../kit/use-title.ts'
import { EventFilters } from './event-filters.tsx'
import { EventsChart } from './events-chart.tsx'
import { EventsList } from './events-list.tsx'
import { exportEvents } from './export-events.ts'
import { useEventFilter } from './filter.ts'

export function EventsView() {
  useTitle('Events')
  const { may } = useAdministrator()
  const { filter, change } = useEventFilter()
  const [isLive, setLive] = useState(false)
  return (
    <>
      <div className="bar between">
        <h1>Events</h1>
        <div className="bar">
          <button
            className={isLive ? 'chip chip-on' : 'chip'}
            type="button"
            aria-pressed={isLive}
            onClick={() => setLive(!isLive)}
          >
            <Icon name="live" />
            Live
          </button>
          <button className="btn btn-secondary" type="button" onClick={() => void exportEvents(filter)}>
            <Icon name="download" />
            Export
          </button>
        </div>
      </div>
      <EventFilters filter={filter} change={change} />
      {may('statistics:read') && <EventsChart filter={filter} change={change} />}
      <EventsList key={JSON.stringify(filter)} filter={filter} isLive={isLive} />
    </>
  )
}
