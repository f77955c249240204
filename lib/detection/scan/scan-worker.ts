import { parentPort, workerData } from 'node:worker_threads'
import type { RuleFile } from '../sigma/read-rules.ts'
import { compileRuleSet } from '../sigma/rule-set.ts'
import { type FileToJudge, judgeFiles } from './judge-files.ts'
import type { WorkerAnswer } from './scan-files.ts'

const { files, rules } = workerData as { files: FileToJudge[]; rules: RuleFile[] }
const judged = await judgeFiles(files, compileRuleSet(rules))
const answer: WorkerAnswer = { ...judged, seen: judged.seen.export() }
parentPort?.postMessage(answer, [answer.seen.slots.buffer as ArrayBuffer])
