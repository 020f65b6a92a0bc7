export const applicationsPath = '/account/applications'
