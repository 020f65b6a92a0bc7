const tokenBody = { type: 'object', properties: { token: { type: 'string' } }, required: ['token'] }

const approveBody = {
  type: 'object',
  properties: { token: { type: 'string' }, vaccination_id: { type: 'integer' } },
  required: ['token', 'vaccination_id'],
}

const success = { type: 'object', properties: { success: { type: 'boolean' } }, required: ['success'] }

const vaccinations = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      id: { type: 'integer' },
      user_id: { type: ['integer', 'null'] },
      approved: { type: 'boolean' },
      created_at: { type: 'string', format: 'date-time' },
    },
    required: ['id', 'user_id', 'approved', 'created_at'],
  },
}

/** The tests of the old front ends compare the ids of the operations. */
export const openapiDocument = {
  openapi: '3.1.0',
  info: { title: 'Vaccination, the old calls', version: '0.1.0' },
  paths: {
    '/create': post('create_vaccination_create_post', tokenBody, 201, success),
    '/allvaccines': post('allvaccine_allvaccines_post', tokenBody, 200, vaccinations),
    '/approve': post('approveVaccine_approve_post', approveBody, 200, success),
    '/myvaccine': post('my_vaccine_myvaccine_post', tokenBody, 201, vaccinations),
  },
}

function post(operationId: string, body: object, status: number, answer: object) {
  return {
    post: {
      operationId,
      requestBody: { required: true, content: jsonContent(body) },
      responses: {
        [status]: { description: 'Successful Response', content: jsonContent(answer) },
        401: { description: 'The token does not work, or the caller is no administrator' },
        422: { description: 'Validation Error' },
      },
    },
  }
}

function jsonContent(schema: object) {
  return { 'application/json': { schema } }
}
