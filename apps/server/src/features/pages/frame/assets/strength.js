// Says how easy a new password is to guess, while it is typed. The server decides whether it is accepted.
import { scoreOf } from './zxcvbn.js'

/** Longer passwords are strong, and the estimate would take long. */
const lengthMax = 64

export function addMeter(meter) {
  const input = document.getElementById(meter.dataset.meter)
  const note = document.getElementById(`${meter.dataset.meter}-strength`)
  const words = JSON.parse(meter.dataset.words)
  const show = () => {
    const { value, form } = input
    const known = [...form.elements].filter((each) => each !== input).map((each) => each.value)
    const score = value.length > lengthMax ? 4 : Math.max(1, scoreOf(value, known.filter(Boolean)))
    meter.hidden = value === ''
    meter.className = `meter meter-${score}`
    note.textContent = value === '' ? '' : words[score - 1]
  }
  input.addEventListener('input', show)
  show()
}
