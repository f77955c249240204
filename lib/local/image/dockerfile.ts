/** One instruction of a Dockerfile: its word and the rest, with continued lines joined. */
export type Instruction = { word: string; rest: string }
export type Stage = { name: string; from: string; instructions: Instruction[] }

/** As much of the format as this project's file uses. https://docs.docker.com/reference/dockerfile/ */
export function readStages(source: string): Stage[] {
  const lines = source.replaceAll(/\\\n/g, ' ').split('\n').map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
  const stages: Stage[] = []
  for (const line of lines) {
    const [, word = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? []
    if (word === 'FROM') {
      const [, from = '', name = ''] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(rest) ?? []
      stages.push({ name, from, instructions: [] })
    } else stages.at(-1)?.instructions.push({ word, rest: rest.replaceAll(/\s+/g, ' ') })
  }
  return stages
}

export const valuesOf = (stage: Stage, word: string): string[] => stage.instructions.filter((instruction) => instruction.word === word).map(({ rest }) => rest)

export type Copy = { from: string | undefined; source: string; target: string }

export function copiesOf(stage: Stage): Copy[] {
  return valuesOf(stage, 'COPY').flatMap((rest) => {
    const from = /--from=(\S+)/.exec(rest)?.[1]
    const places = rest.split(' ').filter((part) => !part.startsWith('--'))
    const target = places.pop() ?? ''
    return places.map((source) => ({ from, source, target }))
  })
}

export function environmentOf(stage: Stage): Record<string, string> {
  return Object.fromEntries(valuesOf(stage, 'ENV').flatMap((rest) => rest.split(' ').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)])))
}
