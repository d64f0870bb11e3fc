// Loaded before the first paint: marks that scripts run, and sets the chosen
// theme, so that the page does not flash in the other one.

const root = document.documentElement
const dark = matchMedia('(prefers-color-scheme: dark)')

root.classList.add('scripts')
setTheme(stored('theme'))
window.addEventListener('beforeprint', () => setTheme('light')) // paper is
window.addEventListener('afterprint', () => setTheme(stored('theme')))

/** What the reader chose on a visit before. @param {'theme'|'lang'} key */
export function stored(key) {
  try {
    return localStorage.getItem(key)
  } catch { // storage can be forbidden
    return null
  }
}

/** @param {'theme'|'lang'} key @param {string} value */
export function store(key, value) {
  try {
    localStorage.setItem(key, value)
  } catch { // then the choice holds for this page only
  }
}

/** @param {string|null} theme light, dark, or another: as the system says */
function setTheme(theme) {
  if (theme === 'light' || theme === 'dark') root.dataset.theme = theme
  else delete root.dataset.theme
}

function isDark() {
  return (root.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark'
}

function switchTheme() {
  const theme = isDark() ? 'light' : 'dark'
  setTheme(theme)
  store('theme', theme)
}

/**
 * The button that goes to the other theme; it is pressed in the dark one.
 * @param {HTMLElement} button @param {() => void} changed the colours are others now, also on the system's account and on paper
 */
export function createThemeButton(button, changed) {
  const show = () => {
    button.setAttribute('aria-pressed', String(isDark()))
    changed()
  }
  button.addEventListener('click', () => {
    switchTheme()
    show()
  })
  dark.addEventListener('change', show)
  for (const event of ['beforeprint', 'afterprint']) window.addEventListener(event, changed)
  show()
}
