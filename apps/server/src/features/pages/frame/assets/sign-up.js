// Says whether a name is free when the reader leaves its field.
import './page.js'

const form = document.querySelector('form[data-sentences]')
const sentences = JSON.parse(form?.dataset.sentences ?? '{}')

async function check(input) {
  const note = document.getElementById(`${input.name}-note`)
  const { value } = input
  note.textContent = ''
  note.className = 'note'
  if (value === '') return
  const query = new URLSearchParams({ [input.name]: value })
  const answer = await fetch(`/v1/auth/availability?${query}`).catch(() => null)
  // The form itself says what is wrong, if the check cannot.
  if (!answer?.ok || input.value !== value) return
  const { available, reason } = await answer.json()
  const free = input.name === 'username' ? sentences.free : ''
  note.textContent = available
    ? free
    : (sentences[`${input.name}_${reason}`] ?? sentences[reason] ?? sentences.other)
  note.className = available ? 'note note-ok' : 'error'
}

for (const input of form?.querySelectorAll('input[data-check]') ?? [])
  input.addEventListener('change', () => check(input))
