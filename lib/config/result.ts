/** An expected failure: a stable code for code, a sentence for people, and what would change the answer (PRODUCT rule 9). */
export type Refusal<Code extends string = string> = { ok: false; code: Code; message: string; mend?: string }
export type Result<Value, Code extends string = string> = ({ ok: true } & Value) | Refusal<Code>

export const refuse = <Code extends string>(code: Code, message: string, mend?: string): Refusal<Code> => ({
  ok: false,
  code,
  message,
  ...(mend === undefined ? {} : { mend }),
})
