import { Autocomplete } from '@base-ui/react/autocomplete'
import { Dialog } from '@base-ui/react/dialog'
import { useState } from 'react'
import { useLocation } from 'wouter'
import type { View } from '../app/views.ts'
import { Icon } from '../kit/icon.tsx'
import { type Found, useFound } from './use-found.ts'

interface PaletteProps {
  readonly views: readonly View[]
  readonly close: () => void
}

/** Finds people, events and pages, by keyboard alone if one likes. */
export function Palette({ views, close }: PaletteProps) {
  const [text, setText] = useState('')
  const [, navigate] = useLocation()
  const found = useFound(text, views)
  const open = ({ path }: Found) => {
    close()
    navigate(path)
  }
  return (
    <Dialog.Root open onOpenChange={(isOpen) => isOpen || close()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="veil" />
        <Dialog.Popup className="dialog palette">
          <Dialog.Title className="sr">Find anything</Dialog.Title>
          <Autocomplete.Root
            inline
            open
            mode="none"
            autoHighlight="always"
            items={found}
            value={text}
            onValueChange={setText}
            itemToStringValue={({ title }: Found) => title}
          >
            <div className="find">
              <Icon name="find" />
              <Autocomplete.Input
                className="input"
                aria-label="Find a person, event or page"
                placeholder="A person, a page, or the id of an event or request"
              />
            </div>
            <Autocomplete.List className="palette-list">
              {(each: Found) => (
                <Autocomplete.Item
                  key={each.path}
                  value={each}
                  className="menu-item"
                  onClick={() => open(each)}
                >
                  <Icon name={each.icon} />
                  <span className="row-main">
                    <bdi>{each.title}</bdi> <span className="muted small">{each.note}</span>
                  </span>
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
            {found.length === 0 && <p className="muted palette-none">Nothing matches “{text}”.</p>}
          </Autocomplete.Root>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  )
}
