import { describe, expect, it } from 'vitest'
import { PlainError, sayWhy } from './plain-error.ts'

const place = { dataDir: '/data/demo-3000', logFile: '/data/demo-3000/demo.log' }
const failure = (code: string, message: string, rest: object = {}): Error => Object.assign(new Error(message), { code, ...rest })

describe('A failure of the local stack', () => {
  it.each([
    ['a full disk', failure('ENOSPC', 'ENOSPC: no space left on device, write'), /^The disk is full/],
    ['a full disk as initdb says it', new Error('PostgreSQL did not start in /x: running bootstrap\nFATAL:  could not extend file "base/1/2691": wrote only 4096 of 8192 bytes'), /^The disk is full/],
    ['a full disk behind another error', new Error('The query failed', { cause: new Error('could not write to file "pg_wal": No space left on device') }), /^The disk is full/],
    ['a busy port', failure('EADDRINUSE', 'listen EADDRINUSE: address already in use 127.0.0.1:3001'), /^Port 3001 is in use/],
    ['a missing permission', failure('EACCES', "EACCES: permission denied, mkdir '/data'", { path: '/data' }), /^A permission is missing: .* \/data\./],
    ['a read-only place', failure('EROFS', 'EROFS: read-only file system, open'), /^A permission is missing/],
    ['a permission as initdb says it', new Error('initdb: error: could not access directory "/root/x": Permission denied'), /^A permission is missing/],
    ['a file in the way', failure('ENOTDIR', "ENOTDIR: not a directory, mkdir '/data/demo-3000'", { path: '/data' }), /^\/data cannot be a folder/],
    ['anything else', new Error('The application did not start.\nIt said much.\n    at somewhere (file.ts:1:1)'), /^The application did not start\. The log has the rest: \/data\/demo-3000\/demo\.log$/],
    ['what is no error', 'nothing', /^nothing\. The log/],
  ])('is one sentence without a stack trace: %s', (_name, error, sentence) => {
    const said = sayWhy(error, place)
    expect(said).toMatch(sentence)
    expect(said).not.toMatch(/\n| at /)
  })

  it('that already is a sentence stays as it is', () => {
    expect(sayWhy(new PlainError('Port 1 is taken.'), place)).toBe('Port 1 is taken.')
  })
})
