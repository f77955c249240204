import { Document, parseDocument } from 'yaml'
import type { CatalogAccount } from '../catalog-schema.ts'

/**
 * A catalogue's file with accounts and profiles added at the end of their lists; everything that stands in it, comments and
 * order included, stays as it was written. `null` begins a file. The file must be one that the catalogue reads.
 */
export function writeImported(source: string | null, added: { accounts: readonly CatalogAccount[]; profiles: readonly object[] }): string {
  const document = source === null ? new Document({ version: 1, accounts: [], profiles: [] }) : parseDocument(source)
  for (const account of added.accounts) document.addIn(['accounts'], document.createNode(account))
  for (const profile of added.profiles) document.addIn(['profiles'], document.createNode(profile))
  return document.toString({ lineWidth: 0 })
}
