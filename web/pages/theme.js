// Loaded before the first paint: marks that scripts run, and sets the chosen
// theme, so that the page does not flash in the other one.

const KEY = 'theme'
const root = document.documentElement
const dark = matchMedia('(prefers-color-scheme: dark)')

root.classList.add('scripts')
setTheme(stored())
window.addEventListener('beforeprint', () => setTheme('light')) // paper is
window.addEventListener('afterprint', () => setTheme(stored()))

/** @returns {string|null} light, dark, or null: as the system says */
function stored() {
  try {
    return localStorage.getItem(KEY)
  } catch { // storage can be forbidden
    return null
  }
}

/** @param {string|null} theme */
function setTheme(theme) {
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme
  else delete root.dataset.theme
}

export function isDark() {
  return (root.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark'
}

export function switchTheme() {
  const theme = isDark() ? 'light' : 'dark'
  setTheme(theme)
  try {
    localStorage.setItem(KEY, theme)
  } catch { // then the choice holds for this page only
  }
}

/** @param {() => void} changed called when the system changes its mind */
export function onSystemTheme(changed) {
  dark.addEventListener('change', changed)
}
