import { type Html, html } from '../../html/html.ts'
import { inline, prose } from '../../html/parts.ts'
import { nameOf, type Parameter, type Schema } from './document.ts'

/** Every named schema, with its fields. */
export function schemaSection(name: string, schema: Schema): Html {
  const { description = '', properties, enum: values } = schema
  return html`<article id="${anchorOf(name)}">
<h3>${name}</h3>
${prose(description)}${properties !== undefined && fieldList(schema)}${values !== undefined && html`<p>${typeOf(schema)}</p>\n`}</article>
`
}

/** The fields of a body, or a link to its schema. */
export function fieldList({ properties = {}, required = [] }: Schema): Html {
  const fields = Object.entries(properties)
  if (fields.length === 0) return html`<p>It has no fields.</p>\n`
  return html`<dl>
${fields.map(([name, field]) => entry(name, field, required.includes(name) ? '' : 'optional', field.description))}</dl>
`
}

export function parameterList(parameters: readonly Parameter[]): Html {
  return html`<dl>
${parameters.map(({ name, in: place, required, schema, description }) =>
  entry(name, schema, `${place}${required === true ? '' : ', optional'}`, description),
)}</dl>
`
}

function entry(name: string, schema: Schema, note: string, description = ''): Html {
  return html`<dt><code>${name}</code> ${typeOf(schema)}${note !== '' && html` <span class="muted">(${note})</span>`}</dt>
<dd>${inline(description)}</dd>
`
}

/** The type of a field in words. A named schema is a link. */
export function typeOf({ $ref, type, format, enum: values, const: only, anyOf, items }: Schema): Html {
  if ($ref !== undefined) return html`<a href="#${anchorOf(nameOf($ref))}">${nameOf($ref)}</a>`
  if (only !== undefined) return html`<code>${JSON.stringify(only)}</code>`
  if (values !== undefined)
    return alternatives(values.map((value) => html`<code>${JSON.stringify(value)}</code>`))
  if (anyOf !== undefined) return alternatives(anyOf.map(typeOf))
  if (items !== undefined) return html`list of ${typeOf(items)}`
  const types = [type ?? 'any value'].flat().join(' or ')
  return html`${types}${format !== undefined && ` (${format})`}`
}

function alternatives(types: readonly Html[]): Html {
  return html`${types.map((type, index) => (index === 0 ? type : html` or ${type}`))}`
}

function anchorOf(name: string): string {
  return `type-${name}`
}
