// Improves every page. A page works without it.

/** The password fields get a button that shows them. */
function addReveal(button) {
  const input = document.getElementById(button.getAttribute('aria-controls'))
  const word = button.querySelector('[data-word]')
  button.hidden = false
  button.addEventListener('click', () => {
    const isShown = input.type === 'password'
    input.type = isShown ? 'text' : 'password'
    button.setAttribute('aria-pressed', String(isShown))
    word.textContent = isShown ? button.dataset.hide : button.dataset.show
    input.focus()
  })
}

const backAfterMs = 10_000

/** A form is sent once. The button says that it is busy, and comes back if no answer arrives. */
function addBusy(form) {
  form.addEventListener('submit', (event) => {
    const button = event.submitter ?? form.querySelector('button[data-busy]')
    if (button === null || !button.dataset.busy) return
    if (button.getAttribute('aria-busy') === 'true' || button.getAttribute('aria-disabled') === 'true') {
      event.preventDefault()
      return
    }
    const text = button.textContent
    button.setAttribute('aria-busy', 'true')
    button.textContent = button.dataset.busy
    const restore = () => {
      button.removeAttribute('aria-busy')
      button.textContent = text
    }
    setTimeout(restore, backAfterMs)
    addEventListener('pageshow', restore, { once: true })
    // Another script has kept the form from being sent.
    button.addEventListener('idle', restore, { once: true })
  })
}

/** Calls `show` each second with what is left of a wait, as a number and as a text, until nothing is. */
function countDown(seconds, show) {
  const endsAt = Date.now() + seconds * 1_000
  const tick = () => {
    const left = Math.max(0, Math.ceil((endsAt - Date.now()) / 1_000))
    show(left, `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`)
    if (left === 0) clearInterval(ticking)
  }
  const ticking = setInterval(tick, 1_000)
  tick()
}

function addTimer(timer) {
  countDown(Number(timer.dataset.seconds), (_left, text) => {
    timer.textContent = text
  })
}

/** A button that must wait says how long, and works again at zero. */
function addWait(button) {
  const label = button.textContent
  const seconds = button.dataset.seconds ?? document.querySelector('[role="timer"]')?.dataset.seconds
  countDown(Number(seconds ?? 0), (left, text) => {
    button.setAttribute('aria-disabled', String(left > 0))
    button.textContent = left > 0 ? button.dataset.waits.replace('{time}', text) : label
  })
}

/** The meter of a new password is large, so it is loaded only for someone who chooses one. */
function offerMeter(meter) {
  const input = document.getElementById(meter.dataset.meter)
  const load = () => import('./strength.js').then(({ addMeter }) => addMeter(meter))
  input.addEventListener('focus', load, { once: true })
}

for (const button of document.querySelectorAll('.reveal-btn')) addReveal(button)
for (const meter of document.querySelectorAll('[data-meter]')) offerMeter(meter)
for (const form of document.forms) addBusy(form)
for (const timer of document.querySelectorAll('[role="timer"][data-seconds]')) addTimer(timer)
for (const button of document.querySelectorAll('button[data-waits]')) addWait(button)
document.querySelector('[role="alert"]')?.focus()
