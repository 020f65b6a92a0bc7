// Reads a code as people type and paste it, and sends it with its last digit.
import './page.js'

const length = 6
const input = document.querySelector('input.code')

input?.addEventListener('input', () => {
  const digits = Array.from(input.value).filter((each) => /\p{Nd}/u.test(each))
  if (digits.length > length) return
  if (/^[\s\p{Pd}\p{Nd}]*$/u.test(input.value)) input.value = digits.join('')
  const { form } = input
  if (digits.length === length && form.checkValidity()) form.requestSubmit()
})
