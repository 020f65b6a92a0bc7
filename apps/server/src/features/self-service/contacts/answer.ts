/** It reveals whether a contact is taken and sends messages, whose caps are stricter (A37, A88). */
export const contactRequestLimit = { name: 'contact-change', quota: 30, windowSeconds: 300 }

export const contactConfirmLimit = { name: 'contact-change-confirm', quota: 60, windowSeconds: 300 }
