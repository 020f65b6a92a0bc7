// Solves what the server asks for, and then lets the form be sent.
import './page.js'

const form = document.querySelector('form[data-challenge]')
const button = form.querySelector('button[data-busy]')
const status = document.querySelector('[data-computing]')
const { challenge, difficulty } = form.dataset

/** After so many hashes, the page reacts to its reader. */
const hashesAtOnce = 500

async function isSolution(counter) {
  const text = new TextEncoder().encode(`${challenge}:${counter}`)
  const hash = new DataView(await crypto.subtle.digest('SHA-256', text))
  return hash.getUint32(0) < 2 ** (32 - Number(difficulty))
}

async function solve() {
  for (let first = 0; ; first += hashesAtOnce) {
    const counters = Array.from({ length: hashesAtOnce }, (_, index) => first + index)
    const index = (await Promise.all(counters.map(isSolution))).indexOf(true)
    if (index !== -1) return `${challenge}:${first + index}`
  }
}

button.setAttribute('aria-disabled', 'true')
status.textContent = status.dataset.computing
form.elements.proof_of_work.value = await solve()
status.textContent = status.dataset.done
button.removeAttribute('aria-disabled')
