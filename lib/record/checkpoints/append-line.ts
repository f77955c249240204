import { open } from 'node:fs/promises'

/**
 * Appends a line to a file and answers when it is on the disk. What a crash left of an earlier line stays on a line of
 * its own, so that it never swallows this one.
 */
export async function appendLine(file: string, line: string): Promise<void> {
  const handle = await open(file, 'a+', 0o600)
  try {
    const { size } = await handle.stat()
    const last = Buffer.alloc(1)
    if (size > 0) await handle.read(last, 0, 1, size - 1)
    await handle.appendFile(size > 0 && last[0] !== 0x0a ? `\n${line}\n` : `${line}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
}
