// Loaded before the first paint: marks that scripts run, and sets the chosen
// theme, so that the page does not flash in the other one. Also what the pages for
// everyone need, which load little else.

const root = document.documentElement
const dark = matchMedia('(prefers-color-scheme: dark)')

root.classList.add('scripts')
setTheme(stored('theme'))
addEventListener('beforeprint', () => setTheme('light')) // paper is
addEventListener('afterprint', () => setTheme(stored('theme')))
addEventListener('error', mark, true) // a script that does not come tells its element only
addEventListener('load', () => setTimeout(mark, 15e3))
addEventListener('keydown', ({ key }) => {
  /** @type {HTMLElement|null} */
  const menu = document.querySelector('.languages[open] summary')
  if (key !== 'Escape') return
  menu?.click()
  menu?.focus()
})

/** Scripts run, but the map page is a list and a form as long as its own has not begun: that one knows the button. */
function mark() {
  root.classList.toggle('scripts', !document.querySelector('#theme:not([aria-pressed])'))
}

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
  for (const event of ['beforeprint', 'afterprint']) addEventListener(event, changed)
  show()
  mark()
}
