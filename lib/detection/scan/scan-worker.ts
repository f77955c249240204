import { parentPort, workerData } from 'node:worker_threads'
import type { RuleFile } from '../sigma/read-rules.ts'
import { compileRuleSet } from '../sigma/rule-set.ts'
import { type FileToJudge, judgeFiles } from './judge-files.ts'

const { files, rules } = workerData as { files: FileToJudge[]; rules: RuleFile[] }
const judged = await judgeFiles(files, compileRuleSet(rules))
const { hits, contributions, ids } = judged
const owned = [hits.rules, hits.files, hits.events, hits.atMs, ...Object.values(contributions.columns), contributions.atMs, ids.parts].flat()
parentPort?.postMessage(judged, owned.map(({ buffer }) => buffer))
