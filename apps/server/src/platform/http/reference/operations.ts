import { type Html, html } from '../../html/html.ts'
import { prose, sample } from '../../html/parts.ts'
import { problemMediaType, problemPath } from '../problem.ts'
import type { Answer, Body, Media, Operation, Parameter } from './document.ts'
import { parameterList, typeOf } from './schemas.ts'

/** Everything about a call, and a form that sends it. */
export function operationSection(operation: Operation): Html {
  const { operationId, method, path, summary, description = '', parameters = [], requestBody } = operation
  return html`<article id="${operationId}">
<h3>${summary}</h3>
<p><span class="badge">${method}</span> <code>${path}</code></p>
${prose(description)}<p class="muted">${credentialOf(operation)}</p>
${parameters.length > 0 && html`<h4>Parameters</h4>\n${parameterList(parameters)}`}${requestBody && html`<h4>Body</h4>\n${bodyOf(requestBody)}`}<h4>Answers</h4>
${Object.entries(operation.responses).map(([status, answer]) => answerOf(status, answer))}${tryForm(operation)}</article>
`
}

function credentialOf({ security }: Operation): string {
  const names = new Set(security.flatMap((alternative) => Object.keys(alternative)))
  if (names.has('metricsToken')) return 'Credential: the metrics token, if the server has one.'
  if (names.has('webhookSignature')) return 'Credential: a signature with the webhook key of the server.'
  return names.size === 0 ? 'No credential.' : 'Credential: an access token, a session code, or the cookie.'
}

function bodyOf({ description = '', content = {}, required }: NonNullable<Operation['requestBody']>): Html {
  const note = required === false ? `Optional. ${description}` : description
  return html`${prose(note)}${Object.entries(content).map(([type, media]) => mediaOf(type, media, 'Example of the body'))}`
}

function answerOf(status: string, answer: Answer): Html {
  const { description = '', content = {}, headers = {} } = answer
  const problems = content[problemMediaType]?.examples
  if (problems !== undefined) return refusalOf(status, Object.keys(problems))
  const names = Object.keys(headers)
  return html`<details>
<summary><code>${status}</code> ${description}</summary>
${Object.entries(content).map(([type, media]) => mediaOf(type, media, 'Example of the answer'))}${names.length > 0 && html`<p>Headers: <code>${names.join(', ')}</code></p>\n`}</details>
`
}

function refusalOf(status: string, codes: readonly string[]): Html {
  return html`<p><code>${status}</code> ${codes.map((code, index) => html`${index > 0 && ', '}<a href="${problemPath(code)}">${code}</a>`)}</p>
`
}

function mediaOf(type: string, { schema, example }: Media, label: string): Html {
  return html`<p>${typeOf(schema)} <span class="muted">as <code>${type}</code></span></p>
${example !== undefined && html`${sample(label, textOf(example))}\n`}`
}

function textOf(example: unknown): string {
  return typeof example === 'string' ? example : JSON.stringify(example, null, 2)
}

function tryForm({ operationId, method, path, parameters = [], requestBody }: Operation): Html {
  return html`<details class="try">
<summary>Try it</summary>
<form data-method="${method}" data-path="${path}">
${parameters.map((parameter) => parameterInput(operationId, parameter))}${requestBody && bodyInput(operationId, requestBody)}<button>Send</button>
<div role="status"></div>
</form>
</details>
`
}

function parameterInput(operationId: string, { name, in: place, example }: Parameter): Html {
  const id = `${operationId}-${name}`
  return html`<label for="${id}">${name}</label>
<input id="${id}" name="${name}" data-in="${place}" value="${example}" autocomplete="off">
`
}

function bodyInput(operationId: string, { content = {} }: Body): Html {
  const id = `${operationId}-body`
  const json = content['application/json']
  if (json === undefined)
    return html`<label for="${id}">A file</label>\n<input id="${id}" type="file" data-in="body">\n`
  return html`<label for="${id}">Body</label>
<textarea id="${id}" data-in="body" spellcheck="false">${textOf(json.example ?? {})}</textarea>
`
}
