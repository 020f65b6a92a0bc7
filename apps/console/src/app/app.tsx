import { QueryClientProvider } from '@tanstack/react-query'
import { Router } from 'wouter'
import { ConfirmDialog } from '../acts/confirm-dialog.tsx'
import { queries } from '../api/queries.ts'
import { Toasts } from '../kit/toasts.tsx'
import { AdministratorProvider } from './administrator.tsx'
import { Gate } from './gate.tsx'
import { Shell } from './shell.tsx'

export function App() {
  return (
    <QueryClientProvider client={queries}>
      <Router base="/console">
        <Gate>
          <AdministratorProvider>
            <Shell />
            <ConfirmDialog />
          </AdministratorProvider>
        </Gate>
        <Toasts />
      </Router>
    </QueryClientProvider>
  )
}
