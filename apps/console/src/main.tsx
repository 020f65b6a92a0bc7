import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './styles/console.css'
import './styles/charts.css'
import './styles/kit.css'
import { App } from './app/app.tsx'
import { applyTheme, storedTheme } from './app/theme.ts'

applyTheme(storedTheme())
const root = document.getElementById('root')
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  )
