export const themes = ['automatic', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

const key = 'proxima.console.theme'

/** The theme that was chosen in this browser; that of the system if none was. */
export function storedTheme(): Theme {
  const stored = localStorage.getItem(key)
  return themes.find((theme) => theme === stored) ?? 'automatic'
}

export function chooseTheme(theme: Theme): void {
  localStorage.setItem(key, theme)
  applyTheme(theme)
}

export function applyTheme(theme: Theme): void {
  const { dataset } = document.documentElement
  if (theme === 'automatic') delete dataset['theme']
  else dataset['theme'] = theme
}
