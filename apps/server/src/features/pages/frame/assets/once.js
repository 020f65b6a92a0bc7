// Adds the buttons that copy, save and print what is shown once.
import './page.js'

const text = document.getElementById('once').textContent
const status = document.querySelector('[data-once-status]')

const acts = {
  async copy(button) {
    await navigator.clipboard.writeText(text)
    status.textContent = button.dataset.done
    button.textContent = button.dataset.done
  },
  save(button) {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }))
    link.download = button.dataset.file
    link.click()
    URL.revokeObjectURL(link.href)
  },
  print() {
    window.print()
  },
}

for (const button of document.querySelectorAll('[data-once]')) {
  const act = acts[button.dataset.once]
  // The clipboard exists only on pages that are loaded over https (Secure Contexts).
  button.hidden = button.dataset.once === 'copy' && navigator.clipboard === undefined
  button.addEventListener('click', () => act(button))
}
