/** The portal's own rule about sessions of managed roles that no grant explains, and about taking such a role past the portal. */
export const outsideRecordRule = 'outside-the-record'
